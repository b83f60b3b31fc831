package io.serai.change;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One version of a row as its source wrote it: for each column of the {@link Relation} its bytes, NULL, or <em>unknown</em> (the log did not
 * send it, which is not NULL). One array holds all columns: a {@link Varint} per column, 0 for NULL, 1 for unknown, else the length plus
 * two, and the bytes. This is also the stored form. Immutable; {@link #bytes} is shared, never written.
 */
public final class RowImage {
    private static final int NULL = 0;
    private static final int UNKNOWN = 1;
    private static final int BYTES = 2;

    private final Relation relation;
    private final byte[] bytes;
    private final boolean complete;

    /** An image of {@code relation} whose columns are encoded in {@code bytes}, which the image owns from now on. */
    public RowImage(Relation relation, byte[] bytes) {
        this.relation = relation;
        this.bytes = bytes;
        this.complete = !hasUnknown(bytes);
    }

    /** Its relation. */
    public Relation relation() {
        return relation;
    }

    /** The encoded columns. */
    public byte[] bytes() {
        return bytes;
    }

    /** Whether no column is unknown. */
    public boolean isComplete() {
        return complete;
    }

    /** Why this cannot be a row, without row data; empty when it can. Every column must be known. */
    public Optional<String> obstacle() {
        return relation.documentColumn() < 0 ? Optional.empty() : documentType().obstacle(document());
    }

    /** The decoded values, of a document its fields; every column must be known. */
    public Row row() {
        if (!complete) {
            throw new IllegalStateException("an image with unknown columns has no row");
        }
        if (relation.documentColumn() >= 0) {
            return documentType().row(relation.table(), document());
        }
        List<Column> columns = relation.columns();
        Value[] values = new Value[columns.size()];
        int at = 0;
        for (int i = 0; i < values.length; i++) {
            int head = Varint.read(bytes, at);
            at += Varint.size(head);
            if (head == NULL) {
                values[i] = Value.NULL;
            } else {
                int length = head - BYTES;
                values[i] = columns.get(i).type().decode(Arrays.copyOfRange(bytes, at, at + length));
                at += length;
            }
        }
        return new Row(relation, values);
    }

    /**
     * The key of this row.
     *
     * @throws SeraiException {@link ErrorCode#SOURCE_KEY_UNKNOWN} when a key column is unknown or NULL
     */
    public RowKey key() {
        List<Integer> keyColumns = relation.keyColumns();
        byte[] @Nullable [] values = new byte[keyColumns.size()][];
        int at = 0;
        int found = 0;
        for (int i = 0; found < values.length && at < bytes.length; i++) {
            int head = Varint.read(bytes, at);
            at += Varint.size(head);
            int length = Math.max(0, head - BYTES);
            int place = keyColumns.indexOf(i);
            if (place >= 0) {
                if (head < BYTES) {
                    throw keyUnknown(i);
                }
                values[place] = Arrays.copyOfRange(bytes, at, at + length);
                found++;
            }
            at += length;
        }
        return RowKey.of(Arrays.asList(values));
    }

    private DocumentType documentType() {
        return (DocumentType) relation.columns().get(relation.documentColumn()).type();
    }

    private byte[] document() {
        int at = 0;
        int head = Varint.read(bytes, at);
        for (int i = 0; i < relation.documentColumn(); i++) {
            at += Varint.size(head) + Math.max(0, head - BYTES);
            head = Varint.read(bytes, at);
        }
        at += Varint.size(head);
        return Arrays.copyOfRange(bytes, at, at + head - BYTES);
    }

    private SeraiException keyUnknown(int column) {
        return new SeraiException(
                ErrorCode.SOURCE_KEY_UNKNOWN,
                "A change has no value for key column \""
                        + relation.columns().get(column).name() + "\"",
                "table " + relation.table(),
                ErrorCode.SOURCE_KEY_UNKNOWN.remedy());
    }

    /** This image with its unknown columns taken from {@code earlier}, an image of an equal relation; those unknown in both stay so. */
    public RowImage completedFrom(RowImage earlier) {
        if (complete) {
            return this;
        }
        if (relation != earlier.relation && !relation.equals(earlier.relation)) {
            throw new IllegalArgumentException("images of different relations cannot be mixed");
        }
        byte[] @Nullable [] mine = split();
        byte[] @Nullable [] others = earlier.split();
        Builder builder = new Builder(relation.columns().size());
        for (int i = 0; i < mine.length; i++) {
            builder.add(mine[i] == Builder.UNKNOWN_COLUMN ? others[i] : mine[i]);
        }
        return new RowImage(relation, builder.bytes());
    }

    /** The columns' bytes; null is NULL, {@link Builder#UNKNOWN_COLUMN} (compared by identity) is unknown. */
    private byte[] @Nullable [] split() {
        byte[] @Nullable [] columns = new byte[relation.columns().size()][];
        int at = 0;
        for (int i = 0; i < columns.length; i++) {
            int head = Varint.read(bytes, at);
            at += Varint.size(head);
            if (head == UNKNOWN) {
                columns[i] = Builder.UNKNOWN_COLUMN;
            } else if (head >= BYTES) {
                columns[i] = Arrays.copyOfRange(bytes, at, at + head - BYTES);
                at += head - BYTES;
            }
        }
        return columns;
    }

    private static boolean hasUnknown(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            int head = Varint.read(bytes, at);
            if (head == UNKNOWN) {
                return true;
            }
            at += Varint.size(head) + Math.max(0, head - BYTES);
        }
        return false;
    }

    /** Collects columns in order. Confined to one thread. */
    public static final class Builder {
        private static final byte[] UNKNOWN_COLUMN = new byte[0];

        private final ByteArrayOutputStream out;

        /** A builder with room for about {@code columns} small columns. */
        public Builder(int columns) {
            this.out = new ByteArrayOutputStream(16 * columns + 16);
        }

        /** Adds a column that is NULL. */
        public void addNull() {
            out.write(NULL);
        }

        /** Adds a column that the log did not send. */
        public void addUnknown() {
            out.write(UNKNOWN);
        }

        /** Adds a column of {@code length} bytes of {@code source} from {@code offset} on. */
        public void add(byte[] source, int offset, int length) {
            Varint.write(out, length + BYTES);
            out.write(source, offset, length);
        }

        /** The encoded columns so far. */
        public byte[] bytes() {
            return out.toByteArray();
        }

        private void add(byte @Nullable [] column) {
            if (column == null) {
                addNull();
            } else if (column == UNKNOWN_COLUMN) {
                addUnknown();
            } else {
                add(column, 0, column.length);
            }
        }
    }
}
