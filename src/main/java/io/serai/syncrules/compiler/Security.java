package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.evaluator.ScalarFunction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Warns where only values that a client is free to choose decide what it may see. */
final class Security {
    private Security() {}

    /** Looks at a parameter query of {@code bucket_definitions}. */
    static void check(ParameterQueryCompiler.Compiled query) {
        List<Expression> filter = new ArrayList<>(query.conditions());
        List<Expression> outputs = new ArrayList<>(query.values());
        for (RequestPlan.Step step : query.steps()) {
            switch (step) {
                case RequestPlan.Each each ->
                    (query.lookup().isPresent() ? filter : outputs)
                            .add(each.each().input());
                case RequestPlan.Find find -> filter.addAll(find.keys());
            }
        }
        boolean untrusted = asks(filter, false) || asks(outputs, false);
        boolean trusted = asks(outputs, true)
                || (query.lookup().isPresent() && filter.stream().anyMatch(Security::holdsForTrusted));
        if (untrusted && !trusted) {
            warn(query.query());
        }
    }

    /** Looks at what decides on the buckets of a stream: the parameters and all that leads to them, or else the conditions. */
    static void check(Query query, RequestPlan plan) {
        List<Expression> parameters = new ArrayList<>();
        plan.parameters().forEach(parameters::addAll);
        for (RequestPlan.Step step : plan.steps()) {
            switch (step) {
                case RequestPlan.Each each -> parameters.add(each.each().input());
                case RequestPlan.Find find -> parameters.addAll(find.keys());
            }
        }
        boolean fromClient = asks(parameters, true) || asks(parameters, false);
        List<Expression> deciding = fromClient ? parameters : plan.conditions();
        if (asks(deciding, false) && !asks(deciding, true)) {
            warn(query);
        }
    }

    /** Whether a condition asks for trusted values in whichever way it holds: an OR must on both sides. */
    private static boolean holdsForTrusted(Expression condition) {
        return switch (condition) {
            case Expression.Logical logical
            when !logical.and() -> logical.operands().stream().allMatch(Security::holdsForTrusted);
            case Expression.Logical logical -> logical.operands().stream().anyMatch(Security::holdsForTrusted);
            case Expression.Apply not
            when not.function() == ScalarFunction.NOT ->
                holdsForTrusted(not.arguments().getFirst());
            default -> asks(List.of(condition), true);
        };
    }

    private static void warn(Query query) {
        query.warning(
                "security.unauthenticated-parameter",
                query.whole(),
                "A client is free to choose these values, so any client may see any of this data; compare with a value of"
                        + " the token, or set accept_potentially_dangerous_queries");
    }

    /** Whether one of these asks for a value that is, or is not, trusted. */
    static boolean asks(Collection<Expression> expressions, boolean trusted) {
        boolean[] found = {false};
        expressions.forEach(expression -> expression.leaves(leaf -> found[0] |=
                leaf instanceof Expression.Request request && request.kind().isTrusted() == trusted));
        return found[0];
    }
}
