package io.serai.syncrules.evaluator;

import io.serai.change.Value;

/**
 * The four operations. Two INTEGERs give an INTEGER, or a REAL when the result needs more than 64 bits; a REAL on either side gives a REAL.
 */
enum Arithmetic {
    ADD {
        @Override
        Value integers(long left, long right) {
            long sum = left + right;
            return ((left ^ sum) & (right ^ sum)) < 0 ? reals(left, right) : Value.of(sum);
        }

        @Override
        Value reals(double left, double right) {
            return Value.of(left + right);
        }
    },
    SUBTRACT {
        @Override
        Value integers(long left, long right) {
            long difference = left - right;
            return ((left ^ right) & (left ^ difference)) < 0 ? reals(left, right) : Value.of(difference);
        }

        @Override
        Value reals(double left, double right) {
            return Value.of(left - right);
        }
    },
    MULTIPLY {
        @Override
        Value integers(long left, long right) {
            long high = Math.multiplyHigh(left, right);
            long low = left * right;
            return high == low >> 63 ? Value.of(low) : reals(left, right);
        }

        @Override
        Value reals(double left, double right) {
            return Value.of(left * right);
        }
    },
    DIVIDE {
        @Override
        Value integers(long left, long right) {
            if (right == 0) {
                return Value.NULL;
            }
            return left == Long.MIN_VALUE && right == -1 ? reals(left, right) : Value.of(left / right);
        }

        @Override
        Value reals(double left, double right) {
            return right == 0 ? Value.NULL : Value.of(left / right);
        }
    };

    abstract Value integers(long left, long right);

    abstract Value reals(double left, double right);

    /** The result, or NULL when an operand is NULL; what is not a number is taken as {@code CAST(x AS numeric)}. */
    Value apply(Value left, Value right) {
        if (left == Value.NULL || right == Value.NULL) {
            return Value.NULL;
        }
        Value a = Conversions.toNumeric(left);
        Value b = Conversions.toNumeric(right);
        if (a instanceof Value.IntegerValue x && b instanceof Value.IntegerValue y) {
            return integers(x.value(), y.value());
        }
        return reals(real(a), real(b));
    }

    private static double real(Value value) {
        return value instanceof Value.IntegerValue integer ? integer.value() : ((Value.RealValue) value).value();
    }
}
