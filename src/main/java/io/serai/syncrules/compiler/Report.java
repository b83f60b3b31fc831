package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.SourceTables;
import io.serai.syncrules.parser.Issues;
import io.serai.syncrules.parser.SourceText;
import io.serai.syncrules.parser.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the compiler has to say of a sync config: issues, and where tables and columns are named. Confined to one thread. */
final class Report {
    private final Issues issues;
    private final List<NameUse> uses = new ArrayList<>();

    Report(Issues issues) {
        this.issues = issues;
    }

    void error(String code, Span span, String message) {
        issues.error(code, span, message);
    }

    void error(String code, SourceText query, Span inQuery, String message) {
        issues.error(code, query.span(inQuery), message);
    }

    void warning(String code, Span span, String message) {
        issues.warning(code, span, message);
    }

    void warning(String code, SourceText query, Span inQuery, String message) {
        issues.warning(code, query.span(inQuery), message);
    }

    /** The number of errors so far. */
    int errors() {
        return issues.errors();
    }

    void usesTable(SourceText query, Span inQuery, SourceTables tables) {
        String message = "There is no table \"" + tables.pattern() + "\" in the database";
        uses.add(new NameUse(
                tables, Optional.empty(), issues.warningAt("schema.table-not-found", query.span(inQuery), message)));
    }

    void usesColumn(SourceText query, Span inQuery, SourceTables tables, String column) {
        String message = "There is no column \"" + column + "\" in table \"" + tables.pattern() + "\"";
        uses.add(new NameUse(
                tables,
                Optional.of(column),
                issues.warningAt("schema.column-not-found", query.span(inQuery), message)));
    }

    /** Where tables and columns are named, in the order of the queries. */
    List<NameUse> uses() {
        return List.copyOf(uses);
    }
}
