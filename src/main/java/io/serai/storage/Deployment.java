package io.serai.storage;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A sync config as it is handed to a storage. Immutable.
 *
 * @param fingerprint equal for sync configs that mean the same
 * @param text the sync config as it was written
 * @param definitions the ids ({@link io.serai.bucket.DefinitionId}) of all its definitions
 * @param sources the sources that there are, and the ids of the definitions that each of them feeds
 */
public record Deployment(String fingerprint, String text, Set<String> definitions, Map<String, Set<String>> sources) {
    /** Copies the collections. */
    public Deployment {
        definitions = Set.copyOf(definitions);
        Map<String, Set<String>> copied = new TreeMap<>();
        sources.forEach((source, fed) -> copied.put(source, Set.copyOf(fed)));
        sources = Map.copyOf(copied);
    }

    /** Whether another one is to be stored alike: it may be written otherwise, for instance with other comments. */
    public boolean stores(Deployment other) {
        return fingerprint.equals(other.fingerprint)
                && definitions.equals(other.definitions)
                && sources.equals(other.sources);
    }
}
