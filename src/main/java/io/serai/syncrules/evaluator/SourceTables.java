package io.serai.syncrules.evaluator;

import io.serai.change.TableRef;
import io.serai.syncrules.TablePattern;

/** The tables that a query reads: those of the connections with a tag that match a pattern. Immutable. */
public record SourceTables(String connectionTag, TablePattern pattern) {
    /** Whether a table of a connection with this tag and default schema is meant. */
    public boolean matches(String tag, TableRef table, String defaultSchema) {
        return connectionTag.equals(tag) && pattern.matches(table, defaultSchema);
    }
}
