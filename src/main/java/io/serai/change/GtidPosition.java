package io.serai.change;

/**
 * A position in the binary log of MySQL: the transactions up to there, and where that is in the files of one server. Immutable.
 *
 * @param executed the transactions before it
 * @param open transactions that were being committed when a server was asked for its end: they are before it or do not come at all, and its place in
 *     the files tells when all of them have come
 * @param last the last of them, {@code source:number}, or empty when that is not known
 * @param server the {@code server_uuid} whose files these are, or empty
 * @param file the name of the binary log file, or empty when only the set is known
 * @param offset in the file
 */
public record GtidPosition(GtidSet executed, GtidSet open, String last, String server, String file, long offset)
        implements SourcePosition {
    private static final String SEPARATOR = "|";
    private static final int PARTS = 6;

    /** A position of which only the set is known. */
    public static GtidPosition of(GtidSet executed) {
        return new GtidPosition(executed, GtidSet.EMPTY, "", "", "", 0);
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException when it is something else
     */
    public static GtidPosition parse(String text) {
        String[] parts = text.split("\\" + SEPARATOR, -1);
        if (parts.length != PARTS) {
            throw new IllegalArgumentException("not a position of MySQL: " + text);
        }
        return new GtidPosition(
                GtidSet.parse(parts[0]),
                GtidSet.parse(parts[1]),
                parts[2],
                parts[3],
                parts[4],
                Long.parseLong(parts[5]));
    }

    @Override
    public String text() {
        return String.join(SEPARATOR, executed.toString(), open.toString(), last, server, file, Long.toString(offset));
    }

    /** This position, further in a file by events that are no transaction. */
    public GtidPosition at(String server, String file, long offset) {
        return new GtidPosition(executed, open, last, server, file, offset);
    }

    /** The position after one more transaction. */
    public GtidPosition with(String source, long number) {
        return new GtidPosition(executed.with(source, number), open, source + ":" + number, server, file, offset);
    }

    /** The {@link #last} transaction's source, a UUID with or without a tag. */
    public String lastSource() {
        return last.substring(0, last.lastIndexOf(':'));
    }

    /** The {@link #last} transaction's number at its source. */
    public long lastNumber() {
        return Long.parseLong(last.substring(last.lastIndexOf(':') + 1));
    }

    /** Whether the {@link #last} transaction, which must be known, is in the set. */
    public boolean isLastIn(GtidSet set) {
        return set.contains(lastSource(), lastNumber());
    }

    /** Whether all transactions before {@code other} are before this, and none that was open then is still to come. */
    @Override
    public boolean covers(SourcePosition other) {
        GtidPosition position = (GtidPosition) other;
        return executed.contains(position.executed)
                && (executed.contains(position.open) || isPlacedAtOrAfter(position));
    }

    /** Whether its place is known to be at or after that of {@code other}, in the files of the same server. */
    public boolean isPlacedAtOrAfter(GtidPosition other) {
        if (file.isEmpty() || other.file.isEmpty() || !server.equals(other.server)) {
            return false;
        }
        if (file.equals(other.file)) {
            return offset >= other.offset;
        }
        return baseName().equals(other.baseName()) && number() > other.number();
    }

    private String baseName() {
        return file.substring(0, file.lastIndexOf('.') + 1);
    }

    private long number() {
        return Long.parseLong(file.substring(file.lastIndexOf('.') + 1));
    }

    /** By {@link #covers}, then by the place; positions of different histories by how many transactions they have. */
    @Override
    public int compareTo(SourcePosition other) {
        GtidPosition position = (GtidPosition) other;
        boolean covers = covers(position);
        boolean isCovered = position.covers(this);
        if (covers && isCovered) {
            return Boolean.compare(isPlacedAtOrAfter(position), position.isPlacedAtOrAfter(this));
        }
        return covers ? 1 : isCovered ? -1 : Long.compare(executed.count(), position.executed.count());
    }

    /** The set, and the place where it is known. */
    @Override
    public String toString() {
        return file.isEmpty() ? executed.toString() : executed + " (" + file + ":" + offset + ")";
    }
}
