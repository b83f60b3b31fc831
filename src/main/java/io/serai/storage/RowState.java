package io.serai.storage;

import io.serai.bucket.EvaluatedRow;
import java.util.Set;

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

    /**
     * What some definitions make of a row that is stored. Its image, and its places and lookups of other definitions, stay as they are; a row that is not
     * stored stays so. Only for whole transactions ({@link SourceStorage#commit}).
     *
     * @param relation as the stored row has it
     * @param image as the stored row has it; shared, never written
     * @param evaluated what the rules of these definitions made of it
     * @param definitions the ids of the definitions
     */
    @SuppressWarnings("ArrayRecordComponent") // shared and never written, as the Javadoc says
    record Rebuilt(int relation, byte[] image, EvaluatedRow evaluated, Set<String> definitions) implements RowState {}

    /** The row is gone: its bucket rows, lookups and image leave. */
    enum Absent implements RowState {
        /** The one such state. */
        ABSENT
    }
}
