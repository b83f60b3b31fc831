package io.serai.storage.rocksdb;

import io.serai.bucket.OpId;
import io.serai.change.SourcePosition;
import io.serai.storage.Checkpoint;
import io.serai.storage.Deployment;
import io.serai.storage.Generation;
import io.serai.storage.Generations;
import io.serai.storage.rocksdb.SourceRecord.Registration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All that the storage knows besides rows, operations and lookups, as of one write. Immutable: each write makes the next one.
 *
 * @param definitions those of the live generations, by id
 * @param retired those that no generation has any more, by number
 * @param wholeSince the sequence of the first checkpoint of which nothing was removed
 * @param checkpoint the newest, or null before the first
 * @param isCheckpointDue whether something that clients may see came after the newest checkpoint; not stored
 */
record StorageState(
        Counters counters,
        Map<String, SourceRecord> sources,
        Generations generations,
        Map<String, DefinitionRecord> definitions,
        Map<Integer, RetiredDefinition> retired,
        long wholeSince,
        @Nullable Checkpoint checkpoint,
        boolean isCheckpointDue) {

    StorageState {
        sources = Map.copyOf(sources);
        definitions = Map.copyOf(definitions);
        retired = Map.copyOf(retired);
    }

    /** Whether nothing that was shown, or that another source writes, is in the definitions that the source feeds, or is to feed. */
    boolean mayFillDirectly(SourceRecord source) {
        Set<String> fed = new HashSet<>(liveDefinitions(source));
        Registration registration = source.registration();
        if (registration != null) {
            fed.addAll(registration.definitions());
        }
        return fed.stream().noneMatch(name -> {
            DefinitionRecord definition = definitions.get(name);
            return (definition != null && definition.wasShown())
                    || sources.values().stream()
                            .anyMatch(other -> !other.name().equals(source.name()) && willFeed(other, name));
        });
    }

    /** Whether what the source has written is in the definition, or is to be in it once the source is acquired for it. */
    private boolean willFeed(SourceRecord source, String name) {
        return source.feeds(name)
                || source.isDecided() && liveDefinitions(source).contains(name);
    }

    private Set<String> liveDefinitions(SourceRecord source) {
        return generations.definitions(source.name()).orElse(Set.of());
    }

    StorageState with(Counters next) {
        return new StorageState(
                next, sources, generations, definitions, retired, wholeSince, checkpoint, isCheckpointDue);
    }

    StorageState with(SourceRecord source) {
        Map<String, SourceRecord> next = new HashMap<>(sources);
        next.put(source.name(), source);
        return new StorageState(
                counters, next, generations, definitions, retired, wholeSince, checkpoint, isCheckpointDue);
    }

    /** Whether checkpoints show one of the definitions with these numbers. */
    boolean shows(Set<Integer> numbers) {
        return !numbers.isEmpty()
                && definitions.values().stream()
                        .anyMatch(definition -> definition.wasShown() && numbers.contains(definition.number()));
    }

    /** With a checkpoint owed to clients. */
    StorageState withCheckpointDue() {
        return new StorageState(counters, sources, generations, definitions, retired, wholeSince, checkpoint, true);
    }

    /** As what earlier checkpoints show of the definition is being removed. */
    StorageState hiding(RetiredDefinition definition) {
        return new StorageState(
                counters,
                sources,
                generations,
                definitions,
                retired,
                definition.record().wasShown() ? Math.max(wholeSince, definition.until()) : wholeSince,
                checkpoint,
                isCheckpointDue);
    }

    /** As checkpoints before the one with this sequence are not whole any more. */
    StorageState wholeFrom(long sequence) {
        return new StorageState(
                counters,
                sources,
                generations,
                definitions,
                retired,
                Math.max(wholeSince, sequence),
                checkpoint,
                isCheckpointDue);
    }

    /** Whether a generation that is alive has the definition with this number. */
    boolean hasDefinition(int number) {
        return definitions.values().stream().anyMatch(definition -> definition.number() == number);
    }

    /** Without the definition, of which nothing is stored any more. */
    StorageState without(RetiredDefinition removed) {
        Map<Integer, RetiredDefinition> rest = new HashMap<>(retired);
        rest.remove(removed.record().number());
        return new StorageState(
                counters, sources, generations, definitions, rest, wholeSince, checkpoint, isCheckpointDue);
    }

    /** With this sync config: the active one, or the next. */
    StorageState deployed(Deployment deployment) {
        if (isOf(generations.active(), deployment)) {
            return withGenerations(renewed(generations.active(), deployment), Optional.empty());
        }
        if (isOf(generations.next(), deployment)) {
            return withGenerations(generations.active(), renewed(generations.next(), deployment));
        }
        if (generations.active().isEmpty()) {
            return withGenerations(Optional.of(new Generation(counters.generation(), deployment)), Optional.empty());
        }
        Counters given = counters.withNextGeneration();
        Optional<Generation> born = Optional.of(new Generation(given.generation(), deployment));
        return mayReplace()
                ? with(given).withGenerations(born, Optional.empty())
                : with(given).withGenerations(generations.active(), born);
    }

    /** Whether another generation may be active at once: nothing is shown, nor will be with the end of a publication that holds the first checkpoint. */
    private boolean mayReplace() {
        return checkpoint == null
                && sources.values().stream().noneMatch(source -> source.takesPart() || source.isPublishingItsCopy());
    }

    private static boolean isOf(Optional<Generation> generation, Deployment deployment) {
        return generation
                .filter(of -> of.deployment().fingerprint().equals(deployment.fingerprint()))
                .isPresent();
    }

    private static Optional<Generation> renewed(Optional<Generation> generation, Deployment deployment) {
        return generation.map(of -> of.deployment().stores(deployment) ? of : new Generation(of.number(), deployment));
    }

    private StorageState withGenerations(Optional<Generation> active, Optional<Generation> next) {
        return withGenerations(new Generations(active, next), 0);
    }

    /** Definitions that are new are born, those that no generation has any more are retired with checkpoint {@code sequence}. */
    private StorageState withGenerations(Generations live, long sequence) {
        Map<String, DefinitionRecord> kept = new HashMap<>(definitions);
        Map<Integer, RetiredDefinition> gone = new HashMap<>(retired);
        Counters given = counters;
        definitions.forEach((id, definition) -> {
            if (!live.has(id)) {
                kept.remove(id);
                gone.put(definition.number(), new RetiredDefinition(id, definition, sequence));
            }
        });
        for (Generation generation : live.live()) {
            for (String id : generation.deployment().definitions()) {
                if (!kept.containsKey(id)) {
                    given = given.withNextDefinition();
                    kept.put(id, new DefinitionRecord(given.definition(), generation.number(), 0));
                }
            }
        }
        return new StorageState(given, sources, live, kept, gone, wholeSince, checkpoint, isCheckpointDue);
    }

    /** With the source acquired for the live generations, and no stage of a transaction. */
    StorageState acquired(String source) {
        SourceRecord record = Objects.requireNonNull(sources.get(source));
        Set<String> fed = generations.definitions(source).orElse(Set.of());
        Registration before = record.registration();
        if (before == null) {
            long newest = generations.newest().orElseThrow().number();
            return with(record.forgotten().registered(new Registration(newest, fed, false)));
        }
        return with(record.registered(new Registration(before.built(), fed, before.isDirect()))
                .with(record.stages().withoutTransaction()));
    }

    /** The definitions of live generations that lack what rows of the source give them that were stored before. */
    Set<String> unbuilt(SourceRecord source) {
        return generations.definitions(source.name()).orElse(Set.of()).stream()
                .filter(id -> Objects.requireNonNull(definitions.get(id)).generation() > source.built())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether every source that has written something has built the next generation; one that never could write holds nobody back. */
    private boolean isSwitchDue() {
        return generations.next().isPresent()
                && generations.next().get().deployment().sources().keySet().stream()
                        .map(sources::get)
                        .noneMatch(source -> source != null
                                && source.isDecided()
                                && !unbuilt(source).isEmpty());
    }

    /** With the checkpoint that is due, unless a publication holds it; the next generation is active with it if it is built. */
    StorageState withCheckpointIfDue() {
        boolean isSwitchDue = isSwitchDue();
        if (!isCheckpointDue && !isSwitchDue && definitions.keySet().stream().noneMatch(this::isToBeShown)) {
            return this;
        }
        if (sources.values().stream().anyMatch(SourceRecord::holdsCheckpoints)) {
            return this;
        }
        if (checkpoint == null && sources.values().stream().noneMatch(SourceRecord::isShown)) {
            return isSwitchDue ? withGenerations(generations.next(), Optional.empty()) : this;
        }
        long sequence = checkpoint == null ? 1 : checkpoint.sequence() + 1;
        return (isSwitchDue ? withGenerations(new Generations(generations.next(), Optional.empty()), sequence) : this)
                .withCheckpoint(sequence);
    }

    private StorageState withCheckpoint(long sequence) {
        Map<String, SourcePosition> positions = new HashMap<>();
        for (SourceRecord source : sources.values()) {
            if (source.isShown() && source.published() != null) {
                positions.put(source.name(), source.published());
            }
        }
        Map<String, DefinitionRecord> shown = new HashMap<>(definitions);
        shown.replaceAll((name, definition) -> isToBeShown(name) ? definition.shownSince(sequence) : definition);
        return new StorageState(
                counters,
                sources,
                generations,
                shown,
                retired,
                wholeSince,
                new Checkpoint(sequence, new OpId(counters.opId()), positions),
                false);
    }

    /** Whether no checkpoint has shown the active definition and the next one may: a source that is shown feeds it, and none hides it. */
    private boolean isToBeShown(String name) {
        DefinitionRecord definition = definitions.get(name);
        return definition != null
                && !definition.wasShown()
                && generations
                        .active()
                        .filter(active -> active.deployment().definitions().contains(name))
                        .isPresent()
                && sources.values().stream().anyMatch(source -> source.isShown() && source.feeds(name))
                && sources.values().stream().noneMatch(source -> source.isFillingDirectly() && willFeed(source, name));
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
        if (!generations.equals(before.generations)) {
            write.put(Family.META, Keys.GENERATIONS, GenerationsRecord.encode(generations));
        }
        definitions.forEach((name, definition) -> {
            if (!definition.equals(before.definitions.get(name))) {
                write.put(Family.META, Keys.definition(name), definition.encode());
            }
        });
        before.definitions.keySet().stream()
                .filter(name -> !definitions.containsKey(name))
                .forEach(name -> write.delete(Family.META, Keys.definition(name)));
        retired.forEach((number, definition) -> {
            if (!definition.equals(before.retired.get(number))) {
                write.put(Family.META, Keys.retired(number), definition.encode());
            }
        });
        before.retired.keySet().stream()
                .filter(number -> !retired.containsKey(number))
                .forEach(number -> write.delete(Family.META, Keys.retired(number)));
        if (wholeSince != before.wholeSince) {
            write.put(
                    Family.META,
                    Keys.WHOLE_SINCE,
                    new Encoder(8).i64(wholeSince).toBytes());
        }
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
        Map<Integer, RetiredDefinition> retired = new HashMap<>();
        database.forEach(Family.META, Keys.RETIRED, (number, value) -> {
            RetiredDefinition definition = RetiredDefinition.decode(value);
            retired.put(definition.record().number(), definition);
        });
        byte[] wholeSince = database.get(Family.META, Keys.WHOLE_SINCE);
        byte[] checkpoint = database.get(Family.META, Keys.CHECKPOINT);
        // What a publication that did not end held back is not known any more, so a checkpoint is due when it ends.
        boolean isHeld = sources.values().stream().anyMatch(SourceRecord::holdsCheckpoints);
        return new StorageState(
                Counters.decode(counters),
                sources,
                GenerationsRecord.decode(database.get(Family.META, Keys.GENERATIONS)),
                definitions,
                retired,
                wholeSince == null ? 0 : new Decoder(wholeSince).i64(),
                checkpoint == null ? null : CheckpointRecord.decode(checkpoint),
                isHeld);
    }
}
