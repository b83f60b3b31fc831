package io.serai.app.admin;

/** The byte before each piece of the process's answer, which ends with {@link #END} or {@link #FAILED}. */
final class Answer {
    /** A bucket's name follows. */
    static final byte BUCKET = 'b';
    /** An operation of the bucket follows. */
    static final byte OPERATION = 'o';
    /** A text follows. */
    static final byte TEXT = 't';
    /** Yes or no follows. */
    static final byte FLAG = 'f';
    /** The answer ends with a failure, whose message follows. */
    static final byte FAILED = '!';
    /** The answer is whole. */
    static final byte END = '.';

    private Answer() {}
}
