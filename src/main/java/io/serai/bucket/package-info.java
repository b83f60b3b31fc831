/**
 * The words that sync rules and storages share: buckets, their rows and operations, lookups, checksums. Start with
 * {@link io.serai.bucket.EvaluatedRow}.
 */
@NullMarked
package io.serai.bucket;

import org.jspecify.annotations.NullMarked;
