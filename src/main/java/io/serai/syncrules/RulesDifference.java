package io.serai.syncrules;

import io.serai.bucket.DefinitionId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one sync config stores otherwise than another. Immutable.
 *
 * @param definitions each bucket definition and stream that either of them has, in the order of their names
 * @param addedTables the tables that only the new one reads
 * @param removedTables the tables that only the old one reads
 */
public record RulesDifference(List<Definition> definitions, List<String> addedTables, List<String> removedTables) {
    /** Copies the lists. */
    public RulesDifference {
        definitions = List.copyOf(definitions);
        addedTables = List.copyOf(addedTables);
        removedTables = List.copyOf(removedTables);
    }

    /** What becomes of a definition. */
    public enum Fate {
        /** Its buckets stay as they are. */
        KEPT,
        /** It is new. */
        ADDED,
        /** It stores something else under the same name. */
        CHANGED,
        /** It stores under another name what a definition stored that is gone. */
        RENAMED,
        /** It is gone. */
        REMOVED
    }

    /**
     * A definition, or two where it was renamed.
     *
     * @param oldName what the old sync config calls it; empty when it is new
     * @param newName what the new sync config calls it; empty when it is gone
     */
    public record Definition(Fate fate, Optional<String> oldName, Optional<String> newName) {
        /** The name that it has, or had. */
        public String name() {
            return newName.or(() -> oldName).orElseThrow();
        }
    }

    /** Compares two sync configs. */
    public static RulesDifference between(SyncRules before, SyncRules after) {
        Map<String, String> old = byName(before);
        Map<String, String> now = byName(after);
        Map<String, String> removedByVersion = new HashMap<>();
        old.forEach((name, id) -> {
            if (!now.containsKey(name)) {
                removedByVersion.put(DefinitionId.version(id), name);
            }
        });
        Map<String, Definition> definitions = new TreeMap<>();
        now.forEach((name, id) -> definitions.put(name, definition(name, id, old, removedByVersion)));
        old.keySet().stream()
                .filter(name -> !now.containsKey(name) && !isRenamed(name, definitions.values()))
                .forEach(name ->
                        definitions.put(name, new Definition(Fate.REMOVED, Optional.of(name), Optional.empty())));
        return new RulesDifference(
                List.copyOf(definitions.values()), tablesBut(after, before), tablesBut(before, after));
    }

    private static Definition definition(
            String name, String id, Map<String, String> old, Map<String, String> removedByVersion) {
        Optional<String> known = Optional.of(name);
        if (old.containsKey(name)) {
            return new Definition(id.equals(old.get(name)) ? Fate.KEPT : Fate.CHANGED, known, known);
        }
        Optional<String> former = Optional.ofNullable(removedByVersion.remove(DefinitionId.version(id)));
        return new Definition(former.isPresent() ? Fate.RENAMED : Fate.ADDED, former, known);
    }

    private static boolean isRenamed(String name, Collection<Definition> definitions) {
        return definitions.stream()
                .anyMatch(definition -> definition.fate == Fate.RENAMED
                        && definition.oldName.filter(name::equals).isPresent());
    }

    private static Map<String, String> byName(SyncRules rules) {
        Map<String, String> ids = new TreeMap<>();
        rules.definitions().forEach(id -> ids.put(DefinitionId.name(id), id));
        return ids;
    }

    private static List<String> tablesBut(SyncRules rules, SyncRules others) {
        TreeSet<String> tables = new TreeSet<>(rules.tableNames());
        tables.removeAll(others.tableNames());
        return new ArrayList<>(tables);
    }
}
