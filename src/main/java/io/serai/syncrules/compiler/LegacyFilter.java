package io.serai.syncrules.compiler;

import io.serai.change.Value;
import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.Expression.Apply;
import io.serai.syncrules.evaluator.RowMatch;
import io.serai.syncrules.evaluator.RowMatch.Node;
import io.serai.syncrules.evaluator.ScalarFunction;
import io.serai.syncrules.parser.Span;
import io.serai.syncrules.parser.SqlExpression;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The WHERE of a query of {@code bucket_definitions}: a tree of AND and OR whose leaves look at the row, at the client, or say that a value of
 * the one equals a value of the other. What the client gives are the <em>parameters</em>: {@code bucket.x} in a data query, any expression of
 * the request in a parameter query. Confined to one thread.
 */
final class LegacyFilter {
    private final Query query;
    private final ExpressionCompiler expressions;
    private final RowNames names;
    private final Parameters parameters;

    LegacyFilter(Query query, ExpressionCompiler expressions, RowNames names, Parameters parameters) {
        this.query = query;
        this.expressions = expressions;
        this.names = names;
        this.parameters = parameters;
    }

    /** What the client gives; numbered as declared, or as it comes. */
    interface Parameters {
        /** The number of a bucket parameter, if the expression is one. */
        OptionalInt declared(SqlExpression expression);

        /** The number of a value of the request. */
        int of(Expression request);

        /** The number of an element of an array of the request; a query may have one such array. */
        int elementOf(Expression array, Span span);
    }

    /** A part of the filter. */
    private sealed interface Clause {}

    /** It looks at one side only. */
    private record OneSided(Expression expression, boolean request) implements Clause {}

    /** It ties row and client together by these parameters; {@code arrays} are {@code IN} over the row's arrays. */
    private record Tying(Node node, Set<Integer> parameters, int arrays) implements Clause {}

    /** A filter: the tree, and the parameters that it fixes, in the order in which they stand there. */
    record Result(Node root, Set<Integer> parameters) {}

    Result compile(@Nullable SqlExpression where) {
        if (where == null) {
            return new Result(new RowMatch.Condition(new Expression.Constant(Value.of(true))), Set.of());
        }
        Tying tying = tying(clause(where));
        return new Result(tying.node, tying.parameters);
    }

    private Clause clause(SqlExpression expression) {
        return switch (expression) {
            case SqlExpression.Logical logical -> logical(logical);
            case SqlExpression.Binary binary when binary.operator().equals("=") -> equality(binary);
            case SqlExpression.In in when !in.negated() && !(in.right() instanceof SqlExpression.ListOf) -> in(in);
            case SqlExpression.Not not -> not(not);
            default -> oneSided(expression);
        };
    }

    private Clause logical(SqlExpression.Logical logical) {
        List<Clause> clauses = merged(
                logical.and(), logical.operands().stream().map(this::clause).toList());
        if (clauses.size() == 1) {
            return clauses.getFirst();
        }
        List<Tying> parts = clauses.stream().map(this::tying).toList();
        return logical.and() ? all(logical, parts) : any(logical, parts);
    }

    /** The first clauses are one as long as they look at the row only, or at the client only; each of the others stands by itself. */
    private static List<Clause> merged(boolean and, List<Clause> clauses) {
        List<Expression> expressions = new ArrayList<>();
        boolean row = false;
        boolean request = false;
        for (Clause clause : clauses) {
            if (!(clause instanceof OneSided one)
                    || (row && one.request)
                    || (request && RequestNames.dependsOnRow(one.expression))) {
                break;
            }
            row |= RequestNames.dependsOnRow(one.expression);
            request |= one.request;
            expressions.add(one.expression);
        }
        if (expressions.size() < 2) {
            return clauses;
        }
        List<Clause> merged = new ArrayList<>();
        merged.add(new OneSided(new Expression.Logical(and, expressions), request));
        merged.addAll(clauses.subList(expressions.size(), clauses.size()));
        return merged;
    }

    private Clause all(SqlExpression.Logical logical, List<Tying> parts) {
        int arrays = parts.stream().mapToInt(Tying::arrays).sum();
        if (arrays > 1) {
            query.error("legacy.multiple-in", logical.span(), "Only one IN over a row's array may stand in an AND");
        }
        Set<Integer> fixed = new LinkedHashSet<>();
        parts.forEach(part -> fixed.addAll(part.parameters));
        return new Tying(new RowMatch.All(nodes(parts)), fixed, arrays);
    }

    private Clause any(SqlExpression.Logical logical, List<Tying> parts) {
        Set<Integer> fixed = parts.getFirst().parameters;
        int arrays = parts.stream().mapToInt(Tying::arrays).max().orElse(0);
        if (parts.stream().anyMatch(part -> !part.parameters.equals(fixed))) {
            query.error(
                    "legacy.or-params-differ",
                    logical.span(),
                    "Both sides of OR must use the same parameters; write two queries instead");
        }
        return new Tying(new RowMatch.Any(nodes(parts)), fixed, arrays);
    }

    private static List<Node> nodes(List<Tying> parts) {
        return parts.stream().map(Tying::node).toList();
    }

    private Clause equality(SqlExpression.Binary binary) {
        Side left = side(binary.left());
        Side right = side(binary.right());
        if (left.parameter >= 0 && right.parameter >= 0) {
            query.error("legacy.bucket-param-in-expression", binary.span(), "Two bucket parameters cannot be compared");
        } else if (left.parameter >= 0) {
            return equal(left.parameter, right);
        } else if (right.parameter >= 0) {
            return equal(right.parameter, left);
        } else if (left.isRequest() && right.isRow()) {
            return equal(parameters.of(left.expression), right);
        } else if (right.isRequest() && left.isRow()) {
            return equal(parameters.of(right.expression), left);
        }
        Expression test = Apply.of(ScalarFunction.EQUAL, left.expression, right.expression);
        return oneSided(test, left.requests.isEmpty() ? right.requests : left.requests);
    }

    private static Clause equal(int parameter, Side row) {
        return new Tying(new RowMatch.Equal(parameter, row.expression), Set.of(parameter), 0);
    }

    private Clause in(SqlExpression.In in) {
        Side left = side(in.operand());
        Side right = side(in.right());
        if (right.parameter >= 0) {
            query.error(
                    "legacy.bucket-param-in-expression",
                    in.right().span(),
                    "A bucket parameter is one value; it cannot stand on the right of IN");
        } else if (left.parameter >= 0) {
            return elements(left.parameter, right);
        } else if (left.isRequest() && right.isRow()) {
            return elements(parameters.of(left.expression), right);
        } else if (left.isRow() && right.isRequest()) {
            return equal(parameters.elementOf(right.expression, in.span()), left);
        }
        Expression test = Apply.of(ScalarFunction.IN_JSON, left.expression, right.expression);
        return oneSided(test, left.requests.isEmpty() ? right.requests : left.requests);
    }

    private static Clause elements(int parameter, Side row) {
        return new Tying(new RowMatch.ElementOf(parameter, row.expression, true), Set.of(parameter), 1);
    }

    private Clause not(SqlExpression.Not not) {
        Clause clause = clause(not.operand());
        if (clause instanceof OneSided one) {
            return new OneSided(Apply.of(ScalarFunction.NOT, one.expression), one.request);
        }
        query.error(
                "legacy.match-clause-position",
                not.span(),
                "NOT cannot stand before a comparison of the row with the client");
        return clause;
    }

    /** A side of a comparison: a declared parameter, or an expression and where it asks for the request. */
    private record Side(int parameter, Expression expression, List<Span> requests) {
        boolean isRequest() {
            return RequestNames.dependsOnRequest(expression) && !RequestNames.dependsOnRow(expression);
        }

        boolean isRow() {
            return RequestNames.dependsOnRow(expression) && !RequestNames.dependsOnRequest(expression);
        }
    }

    private Side side(SqlExpression expression) {
        OptionalInt declared = parameters.declared(expression);
        if (declared.isPresent()) {
            return new Side(declared.getAsInt(), Expression.NULL, List.of());
        }
        int before = names.requests().size();
        Expression compiled = expressions.compile(expression);
        List<Span> requests =
                List.copyOf(names.requests().subList(before, names.requests().size()));
        return new Side(-1, compiled, requests);
    }

    private Clause oneSided(SqlExpression expression) {
        Side side = side(expression);
        if (side.parameter >= 0) {
            query.error(
                    "legacy.bucket-param-in-expression",
                    expression.span(),
                    "A bucket parameter is no condition; compare it with a row's value");
        }
        return oneSided(side.expression, side.requests);
    }

    private Clause oneSided(Expression expression, List<Span> requests) {
        boolean request = RequestNames.dependsOnRequest(expression);
        if (request && RequestNames.dependsOnRow(expression)) {
            query.error(
                    "legacy.mixed-row-and-param",
                    requests.isEmpty() ? query.whole() : requests.getFirst(),
                    "A value of the client may only be compared with a row's value by = or IN");
        }
        return new OneSided(expression, request);
    }

    private Tying tying(Clause clause) {
        return switch (clause) {
            case Tying tying -> tying;
            case OneSided one when !one.request -> new Tying(new RowMatch.Condition(one.expression), Set.of(), 0);
            case OneSided one -> {
                // A condition on the client is looked up as 1: where it is false, nothing is found.
                Expression truth = Apply.of(ScalarFunction.NOT, Apply.of(ScalarFunction.NOT, one.expression));
                int parameter = parameters.of(truth);
                Node always = new RowMatch.Equal(parameter, new Expression.Constant(Value.of(1)));
                yield new Tying(always, Set.of(parameter), 0);
            }
        };
    }
}
