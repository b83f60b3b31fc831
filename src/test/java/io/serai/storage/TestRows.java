package io.serai.storage;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketRow;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.Lookup;
import io.serai.bucket.OutputRow;
import io.serai.change.Lsn;
import io.serai.change.RowKey;
import io.serai.change.TableRef;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Rows, batches and names for tests of storages. */
public final class TestRows {
    public static final String RULES = "rules-1";
    public static final String OWNED = "by_owner";
    public static final String GLOBAL = "global";
    public static final TableHandle TODOS = new TableHandle(1, new TableRef("public", "todos"));
    public static final TableHandle LISTS = new TableHandle(2, new TableRef("public", "lists"));
    public static final BucketName ALL = new BucketName(GLOBAL, "global[]");

    private TestRows() {}

    /** Acquires a source that feeds these definitions, in a sync config that has what was asked for before besides. */
    public static SourceStorage acquire(BucketStorage storage, String source, String... definitions) {
        Set<String> all = new HashSet<>(Set.of(definitions));
        Map<String, Set<String>> sources = new HashMap<>();
        storage.generations().active().map(Generation::deployment).ifPresent(before -> {
            all.addAll(before.definitions());
            sources.putAll(before.sources());
        });
        sources.put(source, Set.of(definitions));
        storage.deploy(new Deployment(RULES, "", all, sources));
        return storage.acquire(source);
    }

    /** The bucket of an owner. */
    public static BucketName owner(String name) {
        return new BucketName(OWNED, "by_owner[\"" + name + "\"]");
    }

    public static RowKey key(String id) {
        return RowKey.of(List.of(id.getBytes(StandardCharsets.UTF_8)));
    }

    /** A row in these buckets, whose image and data say {@code text}. */
    public static RowState row(String id, String text, BucketName... buckets) {
        OutputRow output = output("todos", id, text);
        return present(
                text,
                Arrays.stream(buckets)
                        .map(bucket -> new BucketRow(bucket, output))
                        .toList(),
                List.of());
    }

    /** A row in no bucket that owns index entries. */
    public static RowState owning(String text, Lookup... lookups) {
        return present(text, List.of(), List.of(lookups));
    }

    public static RowState.Present present(String image, List<BucketRow> bucketRows, List<Lookup> lookups) {
        return new RowState.Present(7, image.getBytes(StandardCharsets.UTF_8), new EvaluatedRow(bucketRows, lookups));
    }

    public static OutputRow output(String table, String id, String text) {
        return new OutputRow(
                table, id, ("{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    /** The image of a row as a source reads it back, as text; null when it is not there. */
    public static @Nullable String image(SourceStorage session, String id) {
        StoredRow row = session.row(TODOS, key(id));
        return row == null ? null : new String(row.image(), StandardCharsets.UTF_8);
    }

    public static RowState absent() {
        return RowState.Absent.ABSENT;
    }

    /** A position. */
    public static Lsn at(long value) {
        return new Lsn(value);
    }

    /** An empty batch that ends at a position. */
    public static SourceBatch batch(long position) {
        SourceBatch batch = new SourceBatch();
        batch.position(at(position));
        return batch;
    }

    /** A batch of one row that ends at a position. */
    public static SourceBatch batch(long position, String id, RowState state) {
        SourceBatch batch = batch(position);
        batch.row(TODOS, key(id), state);
        return batch;
    }

    /** A part of one row. */
    public static SourceBatch part(String id, RowState state) {
        SourceBatch part = new SourceBatch();
        part.row(TODOS, key(id), state);
        return part;
    }
}
