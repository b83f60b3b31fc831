package io.serai.syncrules.parser;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A SELECT as it is written. Immutable.
 *
 * @param where the condition, or null when there is none
 * @param unsupported clauses that Postgres has and this language lacks
 */
public record SqlSelect(
        Span span,
        List<Column> columns,
        List<Source> sources,
        @Nullable SqlExpression where,
        List<Clause> unsupported) {
    /** Copies the lists. */
    public SqlSelect {
        columns = List.copyOf(columns);
        sources = List.copyOf(sources);
        unsupported = List.copyOf(unsupported);
    }

    /**
     * A column of the select list.
     *
     * @param alias its name, or null when none is written
     */
    public record Column(
            Span span, SqlExpression expression, @Nullable Alias alias) {}

    /** A name that is given with or without AS. */
    public record Alias(Span span, String name, boolean isQuoted) {}

    /** A clause that is not supported, e.g. {@code GROUP BY}, and its first operand. */
    public record Clause(Span span, String name) {}

    /** How a source of rows is joined to those before it. */
    public sealed interface Join {
        /** It comes first, or after a comma, or CROSS JOIN. */
        record None() implements Join {}

        /** {@code JOIN … ON condition}. */
        record On(SqlExpression condition) implements Join {}

        /** A join that is not supported, e.g. {@code LEFT JOIN}. */
        record Unsupported(Span span, String name) implements Join {}
    }

    /** A source of rows in FROM. */
    public sealed interface Source {
        /** Where it stands. */
        Span span();

        /** Its alias, or null when it has none. */
        @Nullable
        Alias alias();

        /** How it is joined. */
        Join join();

        /**
         * A table.
         *
         * @param nameSpan where schema and name stand
         * @param schema its schema, or null when none is written
         */
        record Table(
                Span span,
                Span nameSpan,
                @Nullable String schema,
                String name,
                @Nullable Alias alias,
                Join join) implements Source {}

        /** A select in parentheses; {@code columns} renames its columns and is empty when nothing is renamed. */
        record Derived(
                Span span, SqlSelect select, @Nullable Alias alias, List<String> columns, Join join) implements Source {
            /** Copies the list. */
            public Derived {
                columns = List.copyOf(columns);
            }
        }

        /** A table-valued function. */
        record Function(
                Span span,
                SqlExpression.Call call,
                @Nullable Alias alias,
                Join join) implements Source {}
    }
}
