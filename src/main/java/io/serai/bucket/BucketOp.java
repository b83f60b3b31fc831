package io.serai.bucket;

import org.jspecify.annotations.Nullable;

/**
 * One stored operation of a bucket. Immutable; {@code data} is shared, never written.
 *
 * @param opId its number
 * @param kind what it does
 * @param table the output table, empty for MOVE and CLEAR
 * @param id the row id, empty for MOVE and CLEAR
 * @param subkey null for MOVE and CLEAR
 * @param checksum its checksum, to be read unsigned
 * @param data UTF-8 JSON text of a PUT, else null
 */
@SuppressWarnings("ArrayRecordComponent") // shared and never written, as the Javadoc says
public record BucketOp(
        OpId opId,
        Kind kind,
        String table,
        String id,
        @Nullable Subkey subkey,
        int checksum,
        byte @Nullable [] data) {
    /** What an operation does. */
    public enum Kind {
        /** A row is in the bucket with this data. */
        PUT,
        /** A row is no longer in the bucket. */
        REMOVE,
        /** A place of a superseded operation, kept for its checksum. */
        MOVE,
        /** Everything before is forgotten. */
        CLEAR
    }
}
