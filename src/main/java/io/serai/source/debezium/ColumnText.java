package io.serai.source.debezium;

/**
 * How the converters of ours write a column for {@link RecordDecoder}: its text as the server writes it, or one of two marks that no text of a server
 * can be, because each begins with a NUL.
 */
final class ColumnText {
    /** The log did not send the column, because it did not change. */
    static final String UNCHANGED = "\0unchanged";

    /** Debezium gave an object of a class that is not known; the class follows. */
    static final String UNKNOWN_CLASS = "\0class ";

    private ColumnText() {}
}
