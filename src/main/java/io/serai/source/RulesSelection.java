package io.serai.source;

import io.serai.change.TableRef;
import io.serai.syncrules.SyncRules;
import io.serai.syncrules.TablePattern;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The tables that the sync rules read from connections with one tag. Immutable. */
public final class RulesSelection implements TableSelection {
    private final List<TablePattern> patterns;
    private final String defaultSchema;

    /** The selection of these rules for a connection. */
    public RulesSelection(SyncRules rules, String connectionTag, String defaultSchema) {
        this(List.of(rules), connectionTag, defaultSchema);
    }

    /** What any of these rules selects for a connection. */
    public RulesSelection(List<SyncRules> rules, String connectionTag, String defaultSchema) {
        this.patterns = rules.stream()
                .flatMap(config -> config.tables(connectionTag).stream())
                .distinct()
                .toList();
        this.defaultSchema = defaultSchema;
    }

    @Override
    public boolean isWanted(TableRef table) {
        for (TablePattern pattern : patterns) {
            if (pattern.matches(table, defaultSchema)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Optional<Set<String>> schemas() {
        return patterns.stream().anyMatch(TablePattern::isSchemaWildcard)
                ? Optional.empty()
                : Optional.of(patterns.stream()
                        .map(pattern -> pattern.schema().orElse(defaultSchema))
                        .collect(Collectors.toSet()));
    }

    @Override
    public List<TableRef> named() {
        return patterns.stream()
                .filter(pattern -> !pattern.isWildcard())
                .map(pattern -> new TableRef(pattern.schema().orElse(defaultSchema), pattern.name()))
                .distinct()
                .toList();
    }
}
