package io.serai.syncrules.cases;

import io.serai.change.Row;
import io.serai.change.Value;

/** What a source makes of the input of a case of category {@code types}, before an edition gives it its plain form. Immutable. */
public sealed interface CaseValue {
    /** The value of a column. */
    record OfColumn(Value value) implements CaseValue {}

    /** A whole row, where a source has no columns of one type. */
    record OfRow(Row row) implements CaseValue {}

    /** A value that the source refuses. */
    record Refused(String reason) implements CaseValue {}
}
