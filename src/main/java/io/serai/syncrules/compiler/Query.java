package io.serai.syncrules.compiler;

import io.serai.syncrules.TablePattern;
import io.serai.syncrules.evaluator.SourceTables;
import io.serai.syncrules.parser.SourceText;
import io.serai.syncrules.parser.Span;
import io.serai.syncrules.parser.SqlParser;
import io.serai.syncrules.parser.SqlSelect;
import io.serai.syncrules.parser.SqlSyntaxException;
import java.util.List;
import java.util.Optional;

/** A query while it is compiled: its text, and what is wrong with it. Confined to one thread. */
final class Query {
    /** The tag of a table that names none. */
    static final String DEFAULT_TAG = "default";

    private final String name;
    private final SourceText text;
    private final Report report;
    private int errors;

    /** A query that messages call {@code name}. */
    Query(String name, SourceText text, Report report) {
        this.name = name;
        this.text = text;
        this.report = report;
    }

    String name() {
        return name;
    }

    /** The whole query. */
    Span whole() {
        return new Span(0, text.text().length());
    }

    /** The piece of the query as it is written. */
    String written(Span span) {
        return text.text().substring(span.start(), span.end());
    }

    void error(String code, Span span, String message) {
        errors++;
        report.error(code, text, span, message);
    }

    void warning(String code, Span span, String message) {
        report.warning(code, text, span, message);
    }

    /** The number of errors so far. */
    int errors() {
        return errors;
    }

    /** The SELECT that the query is; what is wrong with it as a whole is reported. */
    Optional<SqlSelect> parse(boolean streams) {
        SqlParser.Statement statement;
        try {
            statement = SqlParser.parse(text.text());
        } catch (SqlSyntaxException e) {
            error(e.code(), e.span(), sentence(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
        if (statement.next() != null && !streams) {
            error("sql.multiple-statements", statement.next(), "Only one statement is allowed");
        }
        if (!streams) {
            warnOfMixedCase(statement.mixedCaseNames());
        }
        return Optional.of(statement.select());
    }

    void warnOfMixedCase(List<Span> names) {
        for (Span span : names) {
            String written = written(span);
            warning(
                    "sql.identifier-case",
                    span,
                    "\"" + written
                            + "\" without quotes is read in lower case; put it in double quotes to keep its case");
        }
    }

    void refuseClauses(SqlSelect select, boolean streams) {
        for (SqlSelect.Clause clause : select.unsupported()) {
            if (!streams || !clause.name().equals("DISTINCT")) {
                error("sql.unsupported-clause", clause.span(), clause.name() + " is not supported");
            }
        }
    }

    /** Remembers that a column is named, so that it can be looked up in the database. */
    void usesColumn(Span span, SourceTables tables, String column) {
        report.usesColumn(text, span, tables, column);
    }

    /** The tables that a name in FROM means. */
    SourceTables tables(SqlSelect.Source.Table table) {
        SourceTables tables = named(table);
        report.usesTable(text, table.nameSpan(), tables);
        return tables;
    }

    private SourceTables named(SqlSelect.Source.Table table) {
        if (table.schema() == null) {
            return new SourceTables(DEFAULT_TAG, new TablePattern(Optional.empty(), table.name()));
        }
        int dot = table.schema().indexOf('.');
        if (dot < 0) {
            return new SourceTables(DEFAULT_TAG, new TablePattern(Optional.of(table.schema()), table.name()));
        }
        String schema = table.schema().substring(dot + 1);
        if (schema.indexOf('.') >= 0) {
            error("sql.unknown-reference", table.nameSpan(), "A schema is written \"schema\" or \"tag.schema\"");
        }
        return new SourceTables(table.schema().substring(0, dot), new TablePattern(Optional.of(schema), table.name()));
    }

    private static String sentence(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
