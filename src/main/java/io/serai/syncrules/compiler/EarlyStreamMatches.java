package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.Expression.Apply;
import io.serai.syncrules.evaluator.ScalarFunction;
import io.serai.syncrules.parser.SqlExpression;
import io.serai.syncrules.parser.SqlSelect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The conditions of streams of edition 2 that are read otherwise than those of edition 3: IN and &&, which tie rows and client together or test
 * one of them, and terms that are one. Confined to one thread.
 */
final class EarlyStreamMatches {
    private final StreamQueryReader reader;
    private final StreamSources sources;

    EarlyStreamMatches(StreamQueryReader reader, StreamSources sources) {
        this.reader = reader;
        this.sources = sources;
    }

    Condition in(Query query, StreamScope scope, SqlExpression.In in, boolean underNot) {
        boolean negated = in.negated() != underNot;
        Expression operand = reader.expressions(query, scope).compile(in.operand());
        if (!(in.right() instanceof SqlExpression.Subquery subquery)) {
            Expression array = reader.expressions(query, scope).compile(in.right());
            Expression test = Apply.of(ScalarFunction.IN_JSON, operand, array);
            if (isOneSided(test)) {
                return test(query, in, test, negated);
            }
            return negated
                    ? StreamQueryReader.refuseNegation(query, in)
                    : equal(query, in, operand, reader.element(query, in.right(), array));
        }
        if (negated) {
            return StreamQueryReader.refuseNegation(query, in);
        }
        StreamQueryReader.Subquery rows = subquery(query, subquery.select());
        Set<Integer> dependencies = sources.dependencies(operand);
        if (dependencies.isEmpty()) {
            refuseSubquery(query, in.operand(), "In edition 2 this must be a row's value or one of the client");
        } else if (!dependencies.contains(StreamSources.REQUEST)) {
            requireClient(query, subquery, rows);
        }
        return asked(rows, equal(query, in, operand, StreamQueryReader.onlyColumn(query, subquery, rows)));
    }

    Condition overlap(Query query, StreamScope scope, SqlExpression.Binary binary, boolean negated) {
        Expression left = reader.expressions(query, scope).compile(binary.left());
        if (!(binary.right() instanceof SqlExpression.Subquery subquery)) {
            Expression right = reader.expressions(query, scope).compile(binary.right());
            Expression test = Apply.of(ScalarFunction.OVERLAP, left, right);
            if (isOneSided(test)) {
                return test(query, binary, test, negated);
            }
            return negated
                    ? StreamQueryReader.refuseNegation(query, binary)
                    : equal(
                            query,
                            binary,
                            reader.element(query, binary.left(), left),
                            reader.element(query, binary.right(), right));
        }
        if (negated) {
            return StreamQueryReader.refuseNegation(query, binary);
        }
        StreamQueryReader.Subquery rows = subquery(query, subquery.select());
        if (!RequestNames.dependsOnRow(left)) {
            refuseSubquery(query, binary.left(), "In edition 2 this must be an array of the row");
        }
        requireClient(query, subquery, rows);
        Expression column = StreamQueryReader.onlyColumn(query, subquery, rows);
        return asked(rows, equal(query, binary, reader.element(query, binary.left(), left), column));
    }

    /** Operands of AND or OR, of which the first ones are one term as long as they look at the row only, or at the client only. */
    List<Condition> merged(boolean and, List<Condition> operands) {
        Set<Integer> dependencies = new HashSet<>();
        List<Condition.Term> terms = new ArrayList<>();
        for (Condition operand : operands) {
            if (!(operand instanceof Condition.Term term)) {
                break;
            }
            dependencies.addAll(sources.dependencies(term.expression()));
            if (dependencies.size() > 1) {
                break;
            }
            terms.add(term);
        }
        if (terms.size() < 2) {
            return operands;
        }
        Condition.Term first = terms.getFirst();
        Expression all = new Expression.Logical(
                and, terms.stream().map(Condition.Term::expression).toList());
        List<Condition> merged = new ArrayList<>();
        merged.add(new Condition.Term(all, first.query(), first.span()));
        merged.addAll(operands.subList(terms.size(), operands.size()));
        return merged;
    }

    private boolean isOneSided(Expression expression) {
        return sources.dependencies(expression).size() < 2;
    }

    private static Condition test(Query query, SqlExpression written, Expression test, boolean negated) {
        return new Condition.Term(negated ? Apply.of(ScalarFunction.NOT, test) : test, query, written.span());
    }

    private static Condition equal(Query query, SqlExpression written, Expression left, Expression right) {
        return new Condition.Term(Apply.of(ScalarFunction.EQUAL, left, right), query, written.span());
    }

    private static Condition asked(StreamQueryReader.Subquery rows, Condition equality) {
        return new Condition.Asked(rows.condition().and(equality));
    }

    /** A SELECT from one table, which knows nothing of the one around it, with terms that are joined by AND. */
    private StreamQueryReader.Subquery subquery(Query query, SqlSelect select) {
        SelectList.onlyTable(query, select);
        StreamQueryReader.Subquery rows = reader.subquery(query, select, null);
        if (!isConjunction(rows.condition())) {
            query.error(
                    "sql.subquery",
                    select.span(),
                    "In edition 2 a subquery holds no other subquery, and no OR between terms that compare with the client");
        }
        return rows;
    }

    private static boolean isConjunction(Condition condition) {
        return switch (condition) {
            case Condition.Term ignored -> true;
            case Condition.All all -> all.conditions().stream().allMatch(EarlyStreamMatches::isConjunction);
            case Condition.Any ignored -> false;
            case Condition.Asked ignored -> false;
        };
    }

    private void requireClient(Query query, SqlExpression written, StreamQueryReader.Subquery rows) {
        if (!comparesWithClient(rows.condition())) {
            refuseSubquery(query, written, "In edition 2 the subquery must compare something with the client");
        }
    }

    private boolean comparesWithClient(Condition condition) {
        return switch (condition) {
            case Condition.Term term -> !isOneSided(term.expression());
            case Condition.All all -> all.conditions().stream().anyMatch(this::comparesWithClient);
            case Condition.Any any -> any.conditions().stream().anyMatch(this::comparesWithClient);
            case Condition.Asked asked -> comparesWithClient(asked.condition());
        };
    }

    private static void refuseSubquery(Query query, SqlExpression written, String message) {
        query.error("sql.subquery", written.span(), message);
    }
}
