package io.serai.storage;

/**
 * What clients can be told of: the operations of a bucket, or the answer to a lookup. Made by a storage, and compared by {@code equals}. Immutable.
 */
public interface Topic {}
