package io.serai.change;

/** The type of a column at its source: how the bytes that the source writes become a value. Immutable; equal when {@link #encoded} is. */
public interface ColumnType {
    /** The value of a column's bytes, as the log and the copy both give them; never absent. Broken bytes become TEXT, never an exception. */
    Value decode(byte[] bytes);

    /** A text from which the source builds an equal type again, so that a stored image can be read when the source is down. */
    String encoded();
}
