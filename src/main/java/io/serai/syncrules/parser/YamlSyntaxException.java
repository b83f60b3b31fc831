package io.serai.syncrules.parser;

/** A text is not one YAML document. */
final class YamlSyntaxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Span span;

    YamlSyntaxException(String message, Span span) {
        super(message);
        this.span = span;
    }

    Span span() {
        return span;
    }
}
