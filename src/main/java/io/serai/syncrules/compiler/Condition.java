package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.parser.Span;
import java.util.ArrayList;
import java.util.List;

/** A stream's condition without NOT above its terms. Immutable. */
sealed interface Condition {
    /** An expression that must hold, and where it stands in which query. */
    record Term(Expression expression, Query query, Span span) implements Condition {}

    /** All must hold. */
    record All(List<Condition> conditions) implements Condition {
        /** Copies the list. */
        public All {
            conditions = List.copyOf(conditions);
        }
    }

    /** One must hold. */
    record Any(List<Condition> conditions) implements Condition {
        /** Copies the list. */
        public Any {
            conditions = List.copyOf(conditions);
        }
    }

    /** What a subquery asks for: several terms that count as one where the parts of an OR are put in order. */
    record Asked(Condition condition) implements Condition {}

    /** Always holds. */
    Condition TRUE = new All(List.of());

    /** Both must hold. */
    default Condition and(Condition other) {
        List<Condition> both = new ArrayList<>();
        both.addAll(this instanceof All all ? all.conditions : List.of(this));
        both.addAll(other instanceof All all ? all.conditions : List.of(other));
        return new All(both);
    }
}
