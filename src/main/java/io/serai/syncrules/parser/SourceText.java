package io.serai.syncrules.parser;

/** A query's text and its place in the sync config. Immutable. */
public final class SourceText {
    private final String text;
    private final Span span;
    private final ScalarPositions positions;

    SourceText(String yaml, YamlNode.Scalar scalar) {
        this.text = scalar.text();
        this.span = scalar.span();
        this.positions = ScalarPositions.of(yaml, scalar);
    }

    /** The query. */
    public String text() {
        return text;
    }

    /** The whole scalar's place in the sync config. */
    public Span span() {
        return span;
    }

    /** The place in the sync config of a piece of the query. */
    public Span span(Span inQuery) {
        return positions.span(inQuery);
    }
}
