package io.serai.storage;

/**
 * A version of the sync config that a storage has, or is about to have, the buckets of. Immutable.
 *
 * @param number grows with each version; a definition's is that of the generation in which it was born
 */
public record Generation(long number, Deployment deployment) {}
