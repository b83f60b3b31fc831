package io.serai.storage;

/** How many operations a bucket has and the sum of their checksums (modulo 2^32, to be read unsigned). Immutable. */
public record BucketSum(long count, int checksum) {}
