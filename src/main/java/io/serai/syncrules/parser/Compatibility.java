package io.serai.syncrules.parser;

import io.serai.change.ValueFormat;

/**
 * How the rules of one sync config behave where editions differ. Immutable.
 *
 * @param edition 1, 2 or 3
 * @param storageVersion 2 or 3
 * @param isoTimestamps date and time text has {@code T} and a fixed fraction
 * @param versionedBucketIds bucket ids have a generation's prefix; also set by every storage version from 2 on
 * @param fixedJsonExtract JSON paths are split only behind {@code $}, and JSON null is NULL
 * @param customTypes domains, composites, ranges and arrays of them are decoded
 * @param maxFractionDigits most digits of a second's fraction, or -1 for the source's default
 */
public record Compatibility(
        int edition,
        int storageVersion,
        boolean isoTimestamps,
        boolean versionedBucketIds,
        boolean fixedJsonExtract,
        boolean customTypes,
        int maxFractionDigits) {
    /** How values are to be decoded. */
    public ValueFormat valueFormat() {
        return new ValueFormat(isoTimestamps, maxFractionDigits, customTypes);
    }
}
