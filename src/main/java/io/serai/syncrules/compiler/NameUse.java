package io.serai.syncrules.compiler;

import io.serai.syncrules.RuleIssue;
import io.serai.syncrules.evaluator.SourceTables;
import java.util.Optional;

/**
 * A place where a query names a table, or a column of one. Immutable.
 *
 * @param column the column; empty where the table is named
 * @param unknown what is to be said when there is no such table or column
 */
public record NameUse(SourceTables tables, Optional<String> column, RuleIssue unknown) {}
