package io.serai.source.postgres;

import io.serai.change.ColumnType;
import io.serai.change.Value;
import io.serai.change.ValueFormat;

/** How Postgres' text form of a type becomes a value, as a column of its own and inside an array or a composite. Immutable. */
sealed interface PostgresType extends ColumnType
        permits ScalarType, ArrayType, DomainType, CompositeType, RangeType, MultirangeType {
    /** The value of a text form that is part of another one; broken text becomes TEXT or throws {@link BrokenTextException}. */
    Value decode(String text, ValueFormat format);

    /** Appends the JSON form of a text form that is part of another one. */
    void appendJson(StringBuilder out, String text, ValueFormat format);

    /** Whether decoding depends on the edition of the sync config. */
    boolean dependsOnFormat();
}
