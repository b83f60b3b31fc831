package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Lsn;
import org.junit.jupiter.api.Test;

class TimelineHistoryTest {
    private static final String HISTORY = """
            1\t0/3000148\tno recovery target specified

            2\t1/A0\tbefore 2000-01-01 00:00:00+00
            """;

    @Test
    void saysWhereEachAncestorWasLeft() {
        assertThat(ReplicationConnection.endOf(1, HISTORY)).contains(Lsn.parse("0/3000148"));
        assertThat(ReplicationConnection.endOf(2, HISTORY)).contains(Lsn.parse("1/A0"));
    }

    @Test
    void doesNotKnowOtherTimelines() {
        assertThat(ReplicationConnection.endOf(3, HISTORY)).isEmpty();
        assertThat(ReplicationConnection.endOf(1, "")).isEmpty();
    }
}
