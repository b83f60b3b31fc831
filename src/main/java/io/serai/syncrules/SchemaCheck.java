package io.serai.syncrules;

import io.serai.change.TableRef;
import io.serai.syncrules.compiler.NameUse;
import io.serai.syncrules.evaluator.SourceTables;
import io.serai.syncrules.parser.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares the names in the rules with the tables of a database. Immutable. */
record SchemaCheck(String connectionTag, String defaultSchema, Map<TableRef, Set<String>> tables) {
    /** A warning for each name that the database lacks; a column is looked up only where its table exists. */
    List<RuleIssue> check(List<NameUse> uses) {
        return uses.stream()
                .filter(use -> use.tables().connectionTag().equals(connectionTag))
                .flatMap(use -> warning(use).stream())
                .distinct()
                .toList();
    }

    private Optional<RuleIssue> warning(NameUse use) {
        Map<TableRef, Set<String>> matching = matching(use.tables());
        if (use.column().isEmpty()) {
            Set<String> names = tables.keySet().stream().map(TableRef::name).collect(Collectors.toSet());
            return matching.isEmpty()
                    ? Optional.of(withHint(use.unknown(), use.tables().pattern().name(), names))
                    : Optional.empty();
        }
        String column = use.column().get();
        boolean known = matching.isEmpty() || matching.values().stream().anyMatch(columns -> columns.contains(column));
        if (known) {
            return Optional.empty();
        }
        Set<String> columns = matching.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        return Optional.of(withHint(use.unknown(), column, columns));
    }

    private Map<TableRef, Set<String>> matching(SourceTables wanted) {
        return tables.entrySet().stream()
                .filter(entry -> wanted.pattern().matches(entry.getKey(), defaultSchema))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static RuleIssue withHint(RuleIssue issue, String wrong, Set<String> known) {
        return issue.with(issue.code(), issue.message() + Names.hint(wrong, known));
    }
}
