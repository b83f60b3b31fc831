package io.serai.storage.rocksdb;

import io.serai.storage.ChangedTopics;
import io.serai.storage.Topic;
import java.util.HashSet;
import java.util.Set;

/** Collects what changed; counts up to a bound, beyond which everything counts as changed. Confined to one thread, or guarded by a lock. */
final class Topics {
    private static final int COUNTED = 100_000;

    private final Set<Topic> changed = new HashSet<>();
    private boolean everything;

    /** The operations of the bucket with this number. */
    record OfBucket(int number) implements Topic {}

    /** The operations of a bucket that had no number when it was asked for. */
    record OfNewBucket(Buckets.Key bucket) implements Topic {}

    /** The answer to a lookup in the index of the definition with this number. */
    record OfLookup(int definition, LookupName.Query query) implements Topic {}

    /** The answer to a lookup in the index of a definition that is not stored. */
    record OfUnknownDefinition(String definition) implements Topic {}

    void add(Topic topic) {
        if (!everything) {
            changed.add(topic);
            if (changed.size() > COUNTED) {
                addEverything();
            }
        }
    }

    void addEverything() {
        everything = true;
        changed.clear();
    }

    void addAll(Topics others) {
        if (others.everything) {
            addEverything();
        } else {
            others.changed.forEach(this::add);
        }
    }

    /** What was collected; forgets it. */
    ChangedTopics take() {
        ChangedTopics taken = new ChangedTopics(everything, changed);
        changed.clear();
        everything = false;
        return taken;
    }
}
