package io.serai.syncrules.compiler;

import io.serai.syncrules.SyncRules;
import io.serai.syncrules.evaluator.SourceTables;
import java.util.Optional;
import java.util.Set;

/**
 * The tags that connections have. Immutable.
 *
 * @param known all of them; empty when every tag counts as one that a connection may have
 */
public record ConnectionTags(Optional<Set<String>> known) {
    /** Copies the set. */
    public ConnectionTags {
        known = known.map(Set::copyOf);
    }

    /** Every tag may be one of a connection. */
    public static ConnectionTags any() {
        return new ConnectionTags(Optional.empty());
    }

    /** The tables that a stream means: a tag that no connection has stands for none. */
    SourceTables ofStream(SourceTables named) {
        boolean isKnown = known.isEmpty() || known.get().contains(named.connectionTag());
        return isKnown ? named : new SourceTables(SyncRules.DEFAULT_TAG, named.pattern());
    }
}
