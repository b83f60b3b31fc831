package io.serai.bucket;

/** A row's place in one bucket. Immutable. */
public record BucketRow(BucketName bucket, OutputRow row) {}
