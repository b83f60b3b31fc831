package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.ScalarFunction;

/** What expressions that ask for the request have in common. */
final class RequestNames {
    private RequestNames() {}

    /** The member of a JSON text that {@code path} names. */
    static Expression member(Expression json, Expression path) {
        return Expression.Apply.of(ScalarFunction.JSON_MEMBER, json, path);
    }

    /** Whether an expression asks for the request. */
    static boolean dependsOnRequest(Expression expression) {
        return has(expression, Expression.Request.class);
    }

    /** Whether an expression asks for a row. */
    static boolean dependsOnRow(Expression expression) {
        return has(expression, Expression.Column.class) || has(expression, Expression.TableProperty.class);
    }

    private static boolean has(Expression expression, Class<? extends Expression> kind) {
        boolean[] found = {false};
        expression.leaves(leaf -> found[0] |= kind.isInstance(leaf));
        return found[0];
    }
}
