package io.serai.change;

import java.util.Arrays;

/**
 * A column's value in the SQLite value model: NULL, INTEGER, REAL, TEXT or BLOB, or an {@link EditionValue} that becomes one of them under a
 * {@link ValueFormat}. A column that the row lacks (absent) has no value at all; a column that was not sent never leaves its
 * {@link RowImage}. Immutable.
 */
public sealed interface Value {
    /** SQL NULL. */
    enum NullValue implements Value {
        /** The one NULL. */
        NULL
    }

    /** A 64-bit integer; booleans are 1 and 0. */
    record IntegerValue(long value) implements Value {}

    /**
     * A double; {@code 1.0} is another kind than the integer 1.
     *
     * @param isWhole whether its source means a whole number that INTEGER cannot hold: in JSON it has all its digits and no point
     */
    record RealValue(double value, boolean isWhole) implements Value {}

    /** Unicode text. */
    record TextValue(String value) implements Value {}

    /** Bytes, owned by the value and never written. */
    @SuppressWarnings(
            "ArrayRecordComponent") // a copy per value would cost more than the rule is worth; nobody writes it
    record BlobValue(byte[] value) implements Value {
        @Override
        public boolean equals(Object other) {
            return other instanceof BlobValue blob && Arrays.equals(value, blob.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }
    }

    /** A value whose SQLite form depends on the edition of the sync config, such as a timestamp. */
    non-sealed interface EditionValue extends Value {
        /** One of the five plain kinds. */
        Value in(ValueFormat format);
    }

    /** SQL NULL. */
    Value NULL = NullValue.NULL;

    /** An INTEGER. */
    static Value of(long value) {
        return new IntegerValue(value);
    }

    /** A REAL. */
    static Value of(double value) {
        return new RealValue(value, false);
    }

    /** A REAL that stands for a whole number beyond INTEGER. */
    static Value ofWhole(double value) {
        return new RealValue(value, true);
    }

    /** A TEXT. */
    static Value of(String value) {
        return new TextValue(value);
    }

    /** INTEGER 1 or 0. */
    static Value of(boolean value) {
        return new IntegerValue(value ? 1 : 0);
    }

    /** This value as one of the five plain kinds. */
    default Value plain(ValueFormat format) {
        return this instanceof EditionValue edition ? edition.in(format) : this;
    }
}
