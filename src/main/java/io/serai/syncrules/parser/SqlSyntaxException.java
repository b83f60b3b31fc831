package io.serai.syncrules.parser;

/** A text is not a query of the language. The message says what was found and what is allowed there. */
public final class SqlSyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient Span span;

    SqlSyntaxException(String code, String message, Span span) {
        super(message);
        this.code = code;
        this.span = span;
    }

    SqlSyntaxException(String message, Span span) {
        this("sql.syntax", message, span);
    }

    /** What kind of issue it is. */
    public String code() {
        return code;
    }

    /** The piece of the query that was not expected. */
    public Span span() {
        return span;
    }
}
