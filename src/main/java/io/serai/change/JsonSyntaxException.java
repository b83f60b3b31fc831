package io.serai.change;

/** A text is not JSON. The message says what was expected and where, and quotes nothing of the text, which may be row data. */
public final class JsonSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int offset;

    JsonSyntaxException(String message, int offset) {
        super("not JSON: " + message + " at offset " + offset);
        this.offset = offset;
    }

    /** Where the reader stopped, in UTF-16 units. */
    public int offset() {
        return offset;
    }
}
