/**
 * The storage SPI and its contract in words. Start with {@link io.serai.storage.BucketStorage}; back ends live in packages of their own.
 */
@NullMarked
package io.serai.storage;

import org.jspecify.annotations.NullMarked;
