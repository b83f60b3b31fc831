package io.serai.syncrules.parser;

/**
 * A piece of a text, in UTF-16 units. Immutable.
 *
 * @param start its first unit
 * @param end behind its last unit
 */
public record Span(int start, int end) {
    /** From the beginning of this piece to the end of a later one. */
    public Span to(Span later) {
        return new Span(start, later.end);
    }
}
