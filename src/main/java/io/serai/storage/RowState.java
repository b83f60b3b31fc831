package io.serai.storage;

import io.serai.bucket.EvaluatedRow;

/** What a row becomes with a batch. Immutable. */
public sealed interface RowState {
    /**
     * The row exists.
     *
     * @param relation the number under which the source stored the image's relation
     * @param image its complete image as it came from the source; shared, never written
     * @param evaluated what the rules made of it; {@link EvaluatedRow#NOTHING} when filtered, diverted or refused
     */
    @SuppressWarnings("ArrayRecordComponent") // shared and never written, as the Javadoc says
    record Present(int relation, byte[] image, EvaluatedRow evaluated) implements RowState {}

    /** The row is gone: its bucket rows, lookups and image leave. */
    enum Absent implements RowState {
        /** The one such state. */
        ABSENT
    }
}
