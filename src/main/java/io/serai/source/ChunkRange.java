package io.serai.source;

/** A part of a table that one chunk reads, in a text of the database's own, e.g. a range of row locations. Immutable. */
public record ChunkRange(String text) {}
