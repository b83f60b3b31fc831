package io.serai.storage;

import java.util.Set;

/**
 * What a checkpoint shows that the one before did not. Immutable.
 *
 * @param everything whether anything may be others: another sync config, or more changes than are counted
 * @param topics of the buckets with new operations and the lookups with another answer; may name some that have none
 */
public record ChangedTopics(boolean everything, Set<Topic> topics) {
    /** Copies the set. */
    public ChangedTopics {
        topics = Set.copyOf(topics);
    }
}
