package io.serai.syncrules.compiler;

/**
 * Where the two languages differ within an expression. Immutable.
 *
 * @param streams whether it is the language of edition 3's streams
 * @param fixedJson whether JSON paths are split only behind {@code $} and JSON null is NULL
 */
record Dialect(boolean streams, boolean fixedJson) {}
