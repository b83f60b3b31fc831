package io.serai.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.EvaluatedRow;
import io.serai.change.RowKey;
import io.serai.change.TableRef;
import io.serai.source.RoutedBatch.Listing;
import io.serai.storage.RowState;
import io.serai.storage.TableHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutedBatchTest {
    private static final TableHandle TABLE = new TableHandle(1, new TableRef("public", "lists"));
    private static final RowKey KEY = RowKey.of(List.of("a".getBytes(StandardCharsets.UTF_8)));
    private static final RowState ROW = new RowState.Present(1, new byte[] {0}, EvaluatedRow.NOTHING);

    private final RoutedBatch batch = new RoutedBatch();

    @Test
    void aRowThatIsSetAgainIsNoLongerListed() {
        batch.incomplete(TABLE, KEY);
        batch.put(TABLE, KEY, ROW);

        assertThat(batch.listing(TABLE, KEY)).isNull();
        assertThat(batch.rows().state(TABLE, KEY)).isEqualTo(ROW);
    }

    @Test
    void anIncompleteRowKeepsItsFormerState() {
        batch.put(TABLE, KEY, ROW);
        batch.incomplete(TABLE, KEY);

        assertThat(batch.listing(TABLE, KEY)).isEqualTo(Listing.Incomplete.INCOMPLETE);
        assertThat(batch.rows().state(TABLE, KEY)).isEqualTo(ROW);
    }

    @Test
    void aLaterBatchDecidesWhatIsListed() {
        batch.incomplete(TABLE, KEY);
        RoutedBatch later = new RoutedBatch();
        later.put(TABLE, KEY, RowState.Absent.ABSENT);

        batch.addAll(later);

        assertThat(batch.listing(TABLE, KEY)).isNull();
        assertThat(batch.rows().state(TABLE, KEY)).isEqualTo(RowState.Absent.ABSENT);
    }

    @Test
    void aTruncateForgetsWhatWasListed() {
        batch.divert(TABLE, KEY, ROW, "reason");

        batch.truncate(TABLE);

        assertThat(batch.listing(TABLE, KEY)).isNull();
        assertThat(batch.rows().truncates(TABLE)).isTrue();
        assertThat(batch.rows().state(TABLE, KEY)).isNull();
    }
}
