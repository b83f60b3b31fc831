package io.serai.change;

/**
 * How values whose SQLite form depends on the sync config are written. Immutable.
 *
 * @param isoTimestamps whether date and time text has {@code T} and a fixed fraction ({@code timestamps_iso8601})
 * @param maxFractionDigits most digits of a second's fraction ({@code timestamp_max_precision}), or -1 for the source's default
 * @param customTypes whether domains, composites, ranges and arrays of such types are decoded ({@code custom_postgres_types})
 */
public record ValueFormat(boolean isoTimestamps, int maxFractionDigits, boolean customTypes) {
    /** Edition 1: nothing is decoded further. */
    public static final ValueFormat LEGACY = new ValueFormat(false, -1, false);

    /** Edition 2 and later; also what a route's steps see before the sync rules. */
    public static final ValueFormat CURRENT = new ValueFormat(true, -1, true);
}
