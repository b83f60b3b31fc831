package io.serai.storage.rocksdb;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.Lookup;
import io.serai.bucket.OpId;
import io.serai.storage.BucketSum;
import io.serai.storage.Checkpoint;
import io.serai.storage.rocksdb.Database.Cursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads what a checkpoint shows. Thread-safe. */
final class CheckpointReader {
    private static final BucketSum EMPTY = new BucketSum(0, 0);

    private final Database database;
    private final Ledger ledger;
    private final Buckets buckets;

    CheckpointReader(Store store) {
        this.database = store.database();
        this.ledger = store.ledger();
        this.buckets = store.buckets();
    }

    List<BucketName> buckets(Checkpoint checkpoint) {
        List<BucketName> found = new ArrayList<>();
        ledger.state().definitions().forEach((definition, record) -> {
            if (record.isShownAt(checkpoint.sequence())) {
                database.forEach(Family.BUCKETS, Keys.buckets(record.number()), (name, number) -> {
                    if (sum(new Decoder(number).i32(), checkpoint).count() > 0) {
                        found.add(new BucketName(definition, name));
                    }
                });
            }
        });
        Collections.sort(found);
        return found;
    }

    void operations(BucketName bucket, OpId after, Checkpoint checkpoint, Consumer<BucketOp> consumer) {
        Integer number = number(bucket, checkpoint);
        if (number == null || after.compareTo(checkpoint.opId()) >= 0) {
            return;
        }
        byte[] from = Keys.op(number, after.value() + 1);
        byte[] to = Keys.op(number, checkpoint.opId().value() + 1);
        try (Cursor cursor = database.scan(Family.OPS, from, to)) {
            while (cursor.next()) {
                consumer.accept(OpRecord.decode(new Decoder(cursor.key(), Keys.OP_ID_AT).i64(), cursor.value()));
            }
        }
    }

    BucketSum sum(BucketName bucket, Checkpoint checkpoint) {
        Integer number = number(bucket, checkpoint);
        return number == null ? EMPTY : sum(number, checkpoint);
    }

    List<Lookup> lookups(String definition, String index, String key, Checkpoint checkpoint) {
        DefinitionRecord record = ledger.state().definitions().get(definition);
        if (record == null || !record.isShownAt(checkpoint.sequence())) {
            return List.of();
        }
        List<Lookup> found = new ArrayList<>();
        byte[] prefix = LookupRecord.prefix(record.number(), LookupName.Query.of(index, key));
        byte[] done = {};
        try (Cursor cursor = database.scan(Family.LOOKUPS, prefix)) {
            while (cursor.next()) {
                byte[] entry = Arrays.copyOf(cursor.key(), LookupRecord.OP_ID_AT);
                long opId = LookupRecord.descending(new Decoder(cursor.key(), LookupRecord.OP_ID_AT).i64());
                if (opId > checkpoint.opId().value() || Arrays.equals(entry, done)) {
                    continue; // later than the checkpoint, or earlier than what it shows of the entry
                }
                done = entry;
                if (cursor.value().length > 0) {
                    found.add(LookupRecord.decode(definition, cursor.value()));
                }
            }
        }
        return found;
    }

    private @Nullable Integer number(BucketName bucket, Checkpoint checkpoint) {
        DefinitionRecord definition = ledger.state().definitions().get(bucket.definition());
        return definition == null || !definition.isShownAt(checkpoint.sequence())
                ? null
                : buckets.find(definition.number(), bucket);
    }

    private BucketSum sum(int bucket, Checkpoint checkpoint) {
        return BucketSums.at(database, bucket, checkpoint.opId().value() + 1);
    }
}
