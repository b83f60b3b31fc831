package io.serai.syncrules.evaluator;

import io.serai.change.Value;

/**
 * Compares values without converting them: numbers by their exact value, TEXT by its UTF-16 units, else NUMERIC before TEXT before BLOB.
 */
enum Comparison {
    EQUAL {
        @Override
        boolean holds(int order) {
            return order == 0;
        }
    },
    NOT_EQUAL {
        @Override
        boolean holds(int order) {
            return order != 0;
        }
    },
    LESS {
        @Override
        boolean holds(int order) {
            return order < 0;
        }
    },
    GREATER {
        @Override
        boolean holds(int order) {
            return order > 0 && order != UNORDERED;
        }
    },
    LESS_OR_EQUAL {
        @Override
        boolean holds(int order) {
            return order <= 0;
        }
    },
    GREATER_OR_EQUAL {
        @Override
        boolean holds(int order) {
            return order >= 0 && order != UNORDERED;
        }
    };

    /** What NaN is to every number. */
    private static final int UNORDERED = Integer.MAX_VALUE;

    /** Whether the comparison holds for values in this order. */
    abstract boolean holds(int order);

    /** INTEGER 1 or 0, or NULL when a side is NULL. */
    Value apply(Value left, Value right) {
        if (left == Value.NULL || right == Value.NULL) {
            return Value.NULL;
        }
        return Value.of(holds(order(left, right)));
    }

    /** Whether two values are equal; NULL equals nothing. */
    static boolean areEqual(Value left, Value right) {
        return left != Value.NULL && right != Value.NULL && order(left, right) == 0;
    }

    private static int order(Value left, Value right) {
        if (left instanceof Value.TextValue a && right instanceof Value.TextValue b) {
            return Integer.signum(a.value().compareTo(b.value()));
        }
        if (left instanceof Value.IntegerValue a && right instanceof Value.IntegerValue b) {
            return Long.compare(a.value(), b.value());
        }
        int leftRank = rank(left);
        int byRank = Integer.compare(leftRank, rank(right));
        if (byRank != 0) {
            return byRank;
        }
        if (leftRank == 2) {
            throw new EvaluationException("two BLOBs cannot be compared");
        }
        return numericOrder(left, right);
    }

    private static int numericOrder(Value left, Value right) {
        if (left instanceof Value.IntegerValue integer) {
            return order(integer.value(), real(right));
        }
        if (right instanceof Value.IntegerValue integer) {
            int order = order(integer.value(), real(left));
            return order == UNORDERED ? order : -order;
        }
        return order(real(left), real(right));
    }

    private static int order(double left, double right) {
        if (left < right) {
            return -1;
        }
        if (left > right) {
            return 1;
        }
        return left == right ? 0 : UNORDERED;
    }

    private static int order(long left, double right) {
        if (Double.isNaN(right)) {
            return UNORDERED;
        }
        if (right >= 0x1p63) {
            return -1;
        }
        if (right < -0x1p63) {
            return 1;
        }
        int byWhole = Long.compare(left, (long) right);
        return byWhole != 0 ? byWhole : order(0.0, right - (long) right);
    }

    private static double real(Value value) {
        return ((Value.RealValue) value).value();
    }

    private static int rank(Value value) {
        return switch (value) {
            case Value.IntegerValue ignored -> 0;
            case Value.RealValue ignored -> 0;
            case Value.TextValue ignored -> 1;
            case Value.BlobValue ignored -> 2;
            case Value.NullValue ignored -> throw new IllegalArgumentException("NULL has no place in an order");
            case Value.EditionValue ignored -> throw new IllegalArgumentException("the value depends on the edition");
        };
    }
}
