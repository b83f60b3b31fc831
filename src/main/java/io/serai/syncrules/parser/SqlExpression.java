package io.serai.syncrules.parser;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression of a query as it is written, before names are resolved. Immutable. */
public sealed interface SqlExpression {
    /** Where it stands in the query. */
    Span span();

    /** {@code NULL}. */
    record NullLiteral(Span span) implements SqlExpression {}

    /** {@code TRUE} or {@code FALSE}. */
    record BooleanLiteral(Span span, boolean value) implements SqlExpression {}

    /** A number; {@code digits} may begin with a minus and hold a point. */
    record NumberLiteral(Span span, String digits) implements SqlExpression {
        /** Whether it has no point. */
        public boolean isInteger() {
            return digits.indexOf('.') < 0;
        }
    }

    /** A string. */
    record TextLiteral(Span span, String value) implements SqlExpression {}

    /**
     * A column.
     *
     * @param qualifier the table or alias before the dot, or null when there is none
     */
    record ColumnName(Span span, @Nullable String qualifier, String name) implements SqlExpression {}

    /**
     * {@code *} or {@code t.*}.
     *
     * @param qualifier the table or alias before the dot, or null when there is none
     */
    record Star(Span span, @Nullable String qualifier) implements SqlExpression {}

    /**
     * A function call.
     *
     * @param nameSpan where the name and its qualifier stand
     * @param qualifier what stands before the dot, or null when there is none
     * @param hasKeywords whether the arguments are separated by words, as in {@code substring(x FROM 1 FOR 2)}
     */
    record Call(
            Span span,
            Span nameSpan,
            @Nullable String qualifier,
            String name,
            List<SqlExpression> arguments,
            boolean hasKeywords)
            implements SqlExpression {
        /** Copies the list. */
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /** {@code NOT x}. */
    record Not(Span span, SqlExpression operand) implements SqlExpression {}

    /** {@code +x} or {@code -x}. */
    record Signed(Span span, String sign, SqlExpression operand) implements SqlExpression {}

    /** Two or more operands that are joined by {@code AND} or by {@code OR}. */
    record Logical(Span span, boolean and, List<SqlExpression> operands) implements SqlExpression {
        /** Copies the list. */
        public Logical {
            operands = List.copyOf(operands);
        }
    }

    /** An operator between two operands; {@code !=} is written {@code <>}. */
    record Binary(Span span, String operator, Span operatorSpan, SqlExpression left, SqlExpression right)
            implements SqlExpression {}

    /** {@code x IS [NOT] NULL}, {@code TRUE} or {@code FALSE}. */
    record IsTest(Span span, SqlExpression operand, boolean negated, Word word) implements SqlExpression {
        /** What may stand behind {@code IS}. */
        public enum Word {
            /** {@code NULL}. */
            NULL,
            /** {@code TRUE}. */
            TRUE,
            /** {@code FALSE}. */
            FALSE
        }
    }

    /** {@code x [NOT] BETWEEN low AND high}. */
    record Between(Span span, SqlExpression operand, boolean negated, SqlExpression low, SqlExpression high)
            implements SqlExpression {}

    /** {@code x [NOT] IN right}. */
    record In(Span span, SqlExpression operand, boolean negated, SqlExpression right) implements SqlExpression {}

    /** {@code ARRAY[a, b]}, {@code ROW(a, b)} or {@code (a, b)}. */
    record ListOf(Span span, boolean inParentheses, List<SqlExpression> elements) implements SqlExpression {
        /** Copies the list. */
        public ListOf {
            elements = List.copyOf(elements);
        }
    }

    /**
     * {@code CASE}.
     *
     * @param subject what each branch is compared with, or null when the branches are conditions
     * @param otherwise the ELSE branch, or null when there is none
     */
    record Case(
            Span span,
            @Nullable SqlExpression subject,
            List<Branch> branches,
            @Nullable SqlExpression otherwise) implements SqlExpression {
        /** Copies the list. */
        public Case {
            branches = List.copyOf(branches);
        }
    }

    /** {@code WHEN when THEN then}. */
    record Branch(SqlExpression when, SqlExpression then) {}

    /** {@code x::type} or {@code CAST(x AS type)}; {@code type} is folded. */
    record Cast(Span span, SqlExpression operand, String type, Span typeSpan) implements SqlExpression {}

    /** {@code x -> key} or {@code x ->> key}; {@code key} is a text or integer literal. */
    record Member(Span span, SqlExpression operand, SqlExpression key, boolean asText) implements SqlExpression {}

    /** {@code (SELECT …)}. */
    record Subquery(Span span, SqlSelect select) implements SqlExpression {}

    /** Something that Postgres has and this language lacks; {@code what} names it. */
    record Unsupported(Span span, String what) implements SqlExpression {}
}
