package io.serai.storage;

import io.serai.change.RowKey;

/**
 * The stored image of a row, as it came from the source. Immutable; {@code image} is shared, never written.
 *
 * @param relation the number under which the source stored the image's relation
 * @param image the encoded columns ({@code RowImage.bytes})
 */
@SuppressWarnings("ArrayRecordComponent") // shared and never written, as the Javadoc says
public record StoredRow(RowKey key, int relation, byte[] image) {}
