package io.serai.storage.rocksdb;

import io.serai.storage.TableHandle;
import io.serai.storage.rocksdb.Database.Cursor;
import io.serai.storage.rocksdb.SourceRecord.Stages;
import java.util.Arrays;

/**
 * Turns the truncate of a table into the absence of each row that is there: published, in the copy stage, or set by an earlier part. It is written
 * in pieces to the open stage of the transaction, where later parts overwrite it.
 */
final class TruncateExpansion {
    private static final int PIECE_ROWS = 16_384;

    private final Database database;
    private final Ledger ledger;
    private final SourceRecord source;
    private final long epoch;
    private final Stages stages;

    TruncateExpansion(Database database, Ledger ledger, SourceRecord source, long epoch) {
        this.database = database;
        this.ledger = ledger;
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
        Changes changes = ledger.newChanges();
        int rows = 0;
        try (Cursor cursor = database.scan(family, prefix)) {
            while (cursor.next()) {
                byte[] key = Arrays.copyOfRange(cursor.key(), keyAt, cursor.key().length);
                changes.buffer()
                        .put(
                                Family.STAGED,
                                Keys.staged(source.number(), stages.transaction(), table.number(), key),
                                StagedState.ABSENT);
                if (++rows % PIECE_ROWS == 0) {
                    write(changes);
                    changes = ledger.newChanges();
                }
            }
        }
        write(changes);
    }

    private void write(Changes changes) {
        ledger.write(source.name(), epoch, changes, r -> r.with(stages));
    }
}
