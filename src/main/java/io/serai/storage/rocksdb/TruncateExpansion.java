package io.serai.storage.rocksdb;

import io.serai.storage.TableHandle;
import io.serai.storage.rocksdb.SourceRecord.Stages;
import java.util.Arrays;

/**
 * Turns the truncate of a table into the absence of each row that is there: published, in the copy stage, or set by an earlier part. It is written
 * in pieces to the open stage of the transaction, where later parts overwrite it.
 */
final class TruncateExpansion {
    private final Store store;
    private final SourceRecord source;
    private final long epoch;
    private final Stages stages;

    TruncateExpansion(Store store, SourceRecord source, long epoch) {
        this.store = store;
        this.source = source;
        this.epoch = epoch;
        this.stages = source.stages().withTransaction();
    }

    void write(TableHandle table) {
        int number = source.number();
        expand(Family.ROWS, Keys.rows(number, table.number()), Keys.ROW_KEY_AT, table);
        if (stages.copy() != 0) {
            expand(Family.STAGED, Keys.staged(number, stages.copy(), table.number()), Keys.STAGED_KEY_AT, table);
        }
        expand(Family.STAGED, Keys.staged(number, stages.transaction(), table.number()), Keys.STAGED_KEY_AT, table);
    }

    private void expand(Family family, byte[] prefix, int keyAt, TableHandle table) {
        PieceReader reader = new PieceReader(store, family, prefix, new byte[0]);
        while (!reader.isAtEnd()) {
            Changes changes = store.ledger().newChanges();
            reader.read((key, value) -> {
                byte[] rowKey = Arrays.copyOfRange(key, keyAt, key.length);
                byte[] staged = Keys.staged(source.number(), stages.transaction(), table.number(), rowKey);
                changes.buffer().put(Family.STAGED, staged, StagedState.ABSENT);
                return staged.length;
            });
            if (!changes.buffer().isEmpty()) {
                store.ledger().write(source.name(), epoch, changes, r -> r.with(stages));
            }
        }
    }
}
