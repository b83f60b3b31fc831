package io.serai.syncrules;

import io.serai.change.TableRef;
import java.util.Optional;

/**
 * The tables of a source that a query reads. Names match exactly and case-sensitively; a final {@code %} matches any rest. Immutable.
 *
 * @param schema the schema's name or pattern; empty for the source's default schema
 * @param name the table's name or pattern
 */
public record TablePattern(Optional<String> schema, String name) {
    private static final char ANY = '%';

    /** Whether a table of a source with this default schema is meant. */
    public boolean matches(TableRef table, String defaultSchema) {
        return matches(schema.orElse(defaultSchema), table.schema()) && matches(name, table.name());
    }

    /** Whether it may match more than one table. */
    public boolean isWildcard() {
        return isOpen(name) || isSchemaWildcard();
    }

    /** Whether the schema's name has a wildcard. */
    public boolean isSchemaWildcard() {
        return schema.filter(TablePattern::isOpen).isPresent();
    }

    /** Whether the table's name has a wildcard. */
    public boolean isNameWildcard() {
        return isOpen(name);
    }

    /** What the name's wildcard stands for in {@code tableName}, which must match; empty without a wildcard. */
    public String suffix(String tableName) {
        return isOpen(name) ? tableName.substring(name.length() - 1) : "";
    }

    /** The pattern as it is written in a query, for messages. */
    @Override
    public String toString() {
        return schema.map(s -> s + "." + name).orElse(name);
    }

    private static boolean matches(String pattern, String name) {
        return isOpen(pattern) ? name.regionMatches(0, pattern, 0, pattern.length() - 1) : name.equals(pattern);
    }

    private static boolean isOpen(String pattern) {
        return !pattern.isEmpty() && pattern.charAt(pattern.length() - 1) == ANY;
    }
}
