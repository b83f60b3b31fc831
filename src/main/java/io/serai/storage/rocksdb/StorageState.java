package io.serai.storage.rocksdb;

import io.serai.bucket.OpId;
import io.serai.change.SourcePosition;
import io.serai.storage.Checkpoint;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All that the storage knows besides rows, operations and lookups, as of one write. Immutable: each write makes the next one.
 *
 * @param checkpoint the newest, or null before the first
 * @param isCheckpointDue whether something that clients may see came after the newest checkpoint; not stored
 */
record StorageState(
        Counters counters,
        Map<String, SourceRecord> sources,
        Map<String, DefinitionRecord> definitions,
        @Nullable Checkpoint checkpoint,
        boolean isCheckpointDue) {

    StorageState {
        sources = Map.copyOf(sources);
        definitions = Map.copyOf(definitions);
    }

    /** The number of a definition; an {@link IllegalArgumentException} for one that no source was acquired with. */
    int definitionNumber(String name) {
        DefinitionRecord definition = definitions.get(name);
        if (definition == null) {
            throw new IllegalArgumentException(
                    "definition \"" + name + "\" was not named when the source was acquired");
        }
        return definition.number();
    }

    /** Whether nothing that was shown, or that another source writes, is in the definitions, so that they may be filled before they are shown. */
    boolean mayFillDirectly(String source, Collection<String> names) {
        return names.stream().noneMatch(name -> {
            DefinitionRecord definition = definitions.get(name);
            return (definition != null && definition.wasShown())
                    || sources.values().stream().anyMatch(other -> !other.name().equals(source) && other.feeds(name));
        });
    }

    StorageState with(Counters next) {
        return new StorageState(next, sources, definitions, checkpoint, isCheckpointDue);
    }

    StorageState with(SourceRecord source) {
        Map<String, SourceRecord> next = new HashMap<>(sources);
        next.put(source.name(), source);
        return new StorageState(counters, next, definitions, checkpoint, isCheckpointDue);
    }

    /** With these definitions known; new ones are born now. */
    StorageState withDefinitions(Collection<String> names) {
        Map<String, DefinitionRecord> next = new HashMap<>(definitions);
        Counters given = counters;
        for (String name : names) {
            if (!next.containsKey(name)) {
                given = given.withNextDefinition();
                next.put(name, new DefinitionRecord(given.definition(), given.generation(), 0));
            }
        }
        return new StorageState(given, sources, next, checkpoint, isCheckpointDue);
    }

    /** With a checkpoint owed to clients. */
    StorageState withCheckpointDue() {
        return new StorageState(counters, sources, definitions, checkpoint, true);
    }

    /** With the checkpoint that is due, unless a publication holds it. */
    StorageState withCheckpointIfDue() {
        if (!isCheckpointDue && definitions.keySet().stream().noneMatch(this::isToBeShown)) {
            return this;
        }
        if (sources.values().stream().anyMatch(SourceRecord::holdsCheckpoints)) {
            return this;
        }
        long sequence = checkpoint == null ? 1 : checkpoint.sequence() + 1;
        Map<String, SourcePosition> positions = new HashMap<>();
        for (SourceRecord source : sources.values()) {
            if (source.isShown() && source.published() != null) {
                positions.put(source.name(), source.published());
            }
        }
        Map<String, DefinitionRecord> shown = new HashMap<>(definitions);
        shown.replaceAll((name, definition) -> isToBeShown(name) ? definition.shownSince(sequence) : definition);
        return new StorageState(
                counters, sources, shown, new Checkpoint(sequence, new OpId(counters.opId()), positions), false);
    }

    /** Whether no checkpoint has shown the definition and the next one may: a source that takes part feeds it, and none hides it. */
    private boolean isToBeShown(String name) {
        DefinitionRecord definition = definitions.get(name);
        return definition != null
                && !definition.wasShown()
                && sources.values().stream().anyMatch(source -> source.takesPart() && source.feeds(name))
                && sources.values().stream().noneMatch(source -> source.hides(name));
    }

    /** Adds what is not in {@code before} to a write. */
    void writeDifferences(StorageState before, WriteBuffer write) {
        if (!counters.equals(before.counters)) {
            write.put(Family.META, Keys.COUNTERS, counters.encode());
        }
        sources.forEach((name, source) -> {
            if (!source.equals(before.sources.get(name))) {
                write.put(Family.META, Keys.source(name), source.encode());
            }
        });
        definitions.forEach((name, definition) -> {
            if (!definition.equals(before.definitions.get(name))) {
                write.put(Family.META, Keys.definition(name), definition.encode());
            }
        });
        if (checkpoint != before.checkpoint) {
            write.put(Family.META, Keys.CHECKPOINT, CheckpointRecord.encode(Objects.requireNonNull(checkpoint)));
        }
    }

    /** What the database holds. */
    static StorageState load(Database database) {
        byte[] counters = Objects.requireNonNull(database.get(Family.META, Keys.COUNTERS));
        Map<String, SourceRecord> sources = new HashMap<>();
        database.forEach(
                Family.META, Keys.SOURCES, (name, value) -> sources.put(name, SourceRecord.decode(name, value)));
        Map<String, DefinitionRecord> definitions = new HashMap<>();
        database.forEach(
                Family.META, Keys.DEFINITIONS, (name, value) -> definitions.put(name, DefinitionRecord.decode(value)));
        byte[] checkpoint = database.get(Family.META, Keys.CHECKPOINT);
        // What a publication that did not end held back is not known any more, so a checkpoint is due when it ends.
        boolean isHeld = sources.values().stream().anyMatch(SourceRecord::holdsCheckpoints);
        return new StorageState(
                Counters.decode(counters),
                sources,
                definitions,
                checkpoint == null ? null : CheckpointRecord.decode(checkpoint),
                isHeld);
    }
}
