package io.serai.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GtidPositionTest {
    private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final GtidPosition SECOND =
            new GtidPosition(GtidSet.parse(A + ":1-2"), GtidSet.EMPTY, A + ":2", A, "binlog.000009", 200);

    @Test
    void isReadFromItsText() {
        assertThat(GtidPosition.parse(SECOND.text())).isEqualTo(SECOND);
        assertThat(GtidPosition.parse(GtidPosition.of(GtidSet.EMPTY).text())).isEqualTo(GtidPosition.of(GtidSet.EMPTY));
    }

    @Test
    void coversWhatHasFewerTransactionsOrComesEarlierInTheSameFiles() {
        GtidPosition third = SECOND.at(A, "binlog.000010", 4).with(A, 3);
        GtidPosition headWithOneOpen =
                new GtidPosition(GtidSet.parse(A + ":1-2"), GtidSet.parse(A + ":3:9"), "", A, "binlog.000010", 4);

        assertThat(third.covers(SECOND)).isTrue();
        assertThat(SECOND.covers(third)).isFalse();
        assertThat(third.covers(headWithOneOpen)).isTrue();
        assertThat(SECOND.covers(headWithOneOpen)).isFalse();
        assertThat(third).isGreaterThan(SECOND);
        assertThat(SECOND).isEqualByComparingTo(SECOND);
        assertThat(SECOND.at(A, "binlog.000009", 300)).isGreaterThan(SECOND);
    }

    @Test
    void neverCoversAnotherHistoryByItsPlace() {
        GtidPosition afterAReset =
                new GtidPosition(GtidSet.parse(A + ":1-9"), GtidSet.EMPTY, "", A, "binlog.000001", 4);

        assertThat(SECOND.covers(afterAReset)).isFalse();
    }

    @Test
    void comparesPlacesOfOneServerOnly() {
        GtidPosition elsewhere =
                new GtidPosition(GtidSet.parse(A + ":1-3"), GtidSet.EMPTY, "", A.replace('3', '4'), "binlog.000001", 4);

        assertThat(SECOND.covers(elsewhere)).isFalse();
        assertThat(elsewhere.covers(SECOND)).isTrue();
    }
}
