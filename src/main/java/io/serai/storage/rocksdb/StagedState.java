package io.serai.storage.rocksdb;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketRow;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.Lookup;
import io.serai.bucket.OutputRow;
import io.serai.change.RowKey;
import io.serai.storage.RowState;
import io.serai.storage.StoredRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stored form of a row state in STAGED: all that is needed to make operations of it later. */
final class StagedState {
    /** The stored form of a row that is gone. */
    static final byte[] ABSENT = {0};

    private static final int PRESENT = 1;

    private StagedState() {}

    /** Appends the stored form. */
    static void write(Encoder out, RowState state) {
        switch (state) {
            case RowState.Absent gone -> out.raw(ABSENT);
            case RowState.Present present -> write(out, present);
            case RowState.Rebuilt rebuilt -> throw new IllegalArgumentException("a rebuilt row is merged, not staged");
        }
    }

    private static void write(Encoder out, RowState.Present present) {
        List<BucketRow> bucketRows = present.evaluated().bucketRows();
        List<Lookup> lookups = present.evaluated().lookups();
        out.u8(PRESENT).varint(present.relation()).block(present.image());
        out.varint(bucketRows.size());
        @Nullable OutputRow last = null;
        for (BucketRow bucketRow : bucketRows) {
            OutputRow row = bucketRow.row();
            out.text(bucketRow.bucket().definition())
                    .text(bucketRow.bucket().name())
                    .flag(row == last);
            if (row != last) {
                out.text(row.table()).text(row.id()).block(row.json()).raw(row.hash());
                last = row;
            }
        }
        out.varint(lookups.size());
        for (Lookup lookup : lookups) {
            out.text(lookup.definition())
                    .text(lookup.index())
                    .text(lookup.key())
                    .text(lookup.values());
        }
    }

    /** What a staged row becomes when it is rebuilt for some definitions. */
    static RowState.Present merged(RowState.Present staged, RowState.Rebuilt rebuilt) {
        List<BucketRow> bucketRows = new ArrayList<>(staged.evaluated().bucketRows());
        bucketRows.removeIf(row -> rebuilt.definitions().contains(row.bucket().definition()));
        bucketRows.addAll(rebuilt.evaluated().bucketRows());
        List<Lookup> lookups = new ArrayList<>(staged.evaluated().lookups());
        lookups.removeIf(lookup -> rebuilt.definitions().contains(lookup.definition()));
        lookups.addAll(rebuilt.evaluated().lookups());
        return new RowState.Present(staged.relation(), staged.image(), new EvaluatedRow(bucketRows, lookups));
    }

    /** Whether the stored form is that of a row that is gone. */
    static boolean isAbsent(byte[] stored) {
        return stored[0] != PRESENT;
    }

    /** The image in the stored form of a row that is there. */
    static StoredRow image(RowKey key, byte[] stored) {
        Decoder in = new Decoder(stored, 1);
        return new StoredRow(key, in.varint(), in.block());
    }

    /** The state in a stored form; null of a row that is gone. */
    static RowState.@Nullable Present decode(byte[] stored) {
        if (isAbsent(stored)) {
            return null;
        }
        Decoder in = new Decoder(stored, 1);
        int relation = in.varint();
        byte[] image = in.block();
        List<BucketRow> bucketRows = new ArrayList<>();
        for (int left = in.varint(); left > 0; left--) {
            BucketName bucket = new BucketName(in.text(), in.text());
            OutputRow row = in.flag()
                    ? bucketRows.getLast().row()
                    : new OutputRow(in.text(), in.text(), in.block(), in.raw(OutputRow.HASH_BYTES));
            bucketRows.add(new BucketRow(bucket, row));
        }
        List<Lookup> lookups = new ArrayList<>();
        for (int left = in.varint(); left > 0; left--) {
            lookups.add(new Lookup(in.text(), in.text(), in.text(), in.text()));
        }
        return new RowState.Present(relation, image, new EvaluatedRow(bucketRows, lookups));
    }
}
