package io.serai.storage.rocksdb;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.Lookup;
import io.serai.bucket.OpId;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketSum;
import io.serai.storage.Checkpoint;
import io.serai.storage.PieceLimit;
import io.serai.storage.Topic;
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
        StorageState state = ledger.state();
        List<BucketName> found = new ArrayList<>();
        state.definitions().forEach((id, definition) -> {
            if (definition.isShownAt(checkpoint.sequence())) {
                addBuckets(id, definition.number(), checkpoint, found);
            }
        });
        state.retired().forEach((number, definition) -> {
            if (definition.isShownAt(checkpoint.sequence())) {
                addBuckets(definition.id(), number, checkpoint, found);
            }
        });
        Collections.sort(found);
        requireWhole(checkpoint);
        return found;
    }

    private void addBuckets(String definition, int number, Checkpoint checkpoint, List<BucketName> found) {
        database.forEach(Family.BUCKETS, Keys.buckets(number), (name, bucket) -> {
            if (sum(new Decoder(bucket).i32(), checkpoint).count() > 0) {
                found.add(new BucketName(definition, name));
            }
        });
    }

    boolean operations(
            BucketName bucket, OpId after, Checkpoint checkpoint, PieceLimit limit, Consumer<BucketOp> consumer) {
        Integer number = number(bucket, checkpoint);
        boolean hasMore = false;
        if (number != null && after.compareTo(checkpoint.opId()) < 0) {
            byte[] from = Keys.op(number, after.value() + 1);
            byte[] to = Keys.op(number, checkpoint.opId().value() + 1);
            try (Cursor cursor = database.scan(Family.OPS, from, to)) {
                hasMore = operations(cursor, limit, consumer);
            }
        }
        requireWhole(checkpoint);
        return hasMore;
    }

    private static boolean operations(Cursor cursor, PieceLimit limit, Consumer<BucketOp> consumer) {
        long bytes = 0;
        for (int count = 0; cursor.next(); count++) {
            if (count == limit.operations() || bytes >= limit.bytes()) {
                return true;
            }
            byte[] value = cursor.value();
            bytes += value.length;
            consumer.accept(OpRecord.decode(new Decoder(cursor.key(), Keys.OP_ID_AT).i64(), value));
        }
        return false;
    }

    long generation(String id, Checkpoint checkpoint) {
        StorageState state = ledger.state();
        DefinitionRecord live = state.definitions().get(id);
        for (RetiredDefinition retired : state.retired().values()) {
            if (retired.id().equals(id) && retired.isShownAt(checkpoint.sequence())) {
                return retired.record().generation();
            }
        }
        requireWhole(checkpoint);
        if (live == null) {
            throw new IllegalArgumentException("no definition \"" + id + "\" is stored here");
        }
        return live.generation();
    }

    Topic topic(BucketName bucket) {
        DefinitionRecord definition = ledger.state().definitions().get(bucket.definition());
        if (definition == null) {
            return new Topics.OfUnknownDefinition(bucket.definition());
        }
        Buckets.Key key = new Buckets.Key(definition.number(), bucket.name());
        Integer number = buckets.find(key);
        return number == null ? new Topics.OfNewBucket(key) : new Topics.OfBucket(number);
    }

    Topic topic(String id, String index, String key) {
        DefinitionRecord definition = ledger.state().definitions().get(id);
        return definition == null
                ? new Topics.OfUnknownDefinition(id)
                : new Topics.OfLookup(definition.number(), LookupName.Query.of(index, key));
    }

    BucketSum sum(BucketName bucket, Checkpoint checkpoint) {
        Integer number = number(bucket, checkpoint);
        BucketSum sum = number == null ? EMPTY : sum(number, checkpoint);
        requireWhole(checkpoint);
        return sum;
    }

    List<Lookup> lookups(String definition, String index, String key, Checkpoint checkpoint) {
        Integer definitionNumber = definition(definition, checkpoint);
        if (definitionNumber == null) {
            requireWhole(checkpoint);
            return List.of();
        }
        List<Lookup> found = new ArrayList<>();
        byte[] prefix = LookupRecord.prefix(definitionNumber, LookupName.Query.of(index, key));
        byte[] done = {};
        try (Cursor cursor = database.scan(Family.LOOKUPS, prefix)) {
            while (cursor.next()) {
                byte[] entry = Arrays.copyOf(cursor.key(), LookupRecord.OP_ID_AT);
                if (LookupRecord.opId(cursor.key()) > checkpoint.opId().value() || Arrays.equals(entry, done)) {
                    continue; // later than the checkpoint, or earlier than what it shows of the entry
                }
                done = entry;
                if (cursor.value().length > 0) {
                    found.add(LookupRecord.decode(definition, cursor.value()));
                }
            }
        }
        requireWhole(checkpoint);
        return found;
    }

    private @Nullable Integer number(BucketName bucket, Checkpoint checkpoint) {
        Integer definition = definition(bucket.definition(), checkpoint);
        return definition == null ? null : buckets.find(new Buckets.Key(definition, bucket.name()));
    }

    /** The number of the definition that the checkpoint shows under this id, or null. */
    private @Nullable Integer definition(String id, Checkpoint checkpoint) {
        StorageState state = ledger.state();
        DefinitionRecord live = state.definitions().get(id);
        if (live != null && live.isShownAt(checkpoint.sequence())) {
            return live.number();
        }
        for (RetiredDefinition retired : state.retired().values()) {
            if (retired.id().equals(id) && retired.isShownAt(checkpoint.sequence())) {
                return retired.record().number();
            }
        }
        return null;
    }

    /** Asked after each read: what was read is all that there is only if no removal had begun. */
    private void requireWhole(Checkpoint checkpoint) {
        if (checkpoint.sequence() < ledger.state().wholeSince()) {
            throw new SeraiException(
                    ErrorCode.STORAGE_CHECKPOINT_GONE,
                    "Checkpoint " + checkpoint.sequence() + " shows definitions of an earlier sync config",
                    "",
                    ErrorCode.STORAGE_CHECKPOINT_GONE.remedy());
        }
    }

    private BucketSum sum(int bucket, Checkpoint checkpoint) {
        return BucketSums.stored(database, bucket, checkpoint.opId().value() + 1);
    }
}
