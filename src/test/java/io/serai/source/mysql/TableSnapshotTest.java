package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import io.serai.source.SnapshotReader.Sight;
import io.serai.source.SourceTransaction;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a copy's view tells of transactions that were committed before, while and after it was made. */
class TableSnapshotTest {
    private static final String SERVER = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String TAGGED = SERVER + ":tag";

    @Test
    void aTransactionThatWasBeingCommittedIsUncertain() {
        TableSnapshot snapshot = new TableSnapshot(set("1-5"), set("1-7"));

        assertThat(snapshot.isCertain()).isFalse();
        assertThat(snapshot.of(transaction(SERVER, 5))).isEqualTo(Sight.ALL);
        assertThat(snapshot.of(transaction(SERVER, 6))).isEqualTo(Sight.UNCERTAIN);
        assertThat(snapshot.of(transaction(SERVER, 8))).isEqualTo(Sight.NOTHING);
    }

    @Test
    void numbersOfOtherSourcesAreOtherTransactions() {
        TableSnapshot snapshot = new TableSnapshot(set("1-5"), set("1-5"));

        assertThat(snapshot.isCertain()).isTrue();
        assertThat(snapshot.of(transaction(TAGGED, 5))).isEqualTo(Sight.NOTHING);
    }

    private static GtidSet set(String numbers) {
        return GtidSet.parse(SERVER + ":" + numbers);
    }

    private static SourceTransaction transaction(String source, long number) {
        return new SourceTransaction(number, GtidPosition.of(GtidSet.EMPTY).with(source, number), Instant.EPOCH);
    }
}
