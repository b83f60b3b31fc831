package io.serai.storage;

import io.serai.bucket.BucketRow;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.Lookup;
import io.serai.bucket.Subkey;
import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a storage must answer, by the plainest means: maps of rows. Knows nothing of operations, pieces or crashes; whoever compares tells it what was
 * stored. Confined to one thread.
 */
final class StorageModel {
    private final Map<String, Source> sources = new TreeMap<>();
    private final Set<String> shownDefinitions = new HashSet<>();
    /** When each definition of a live generation was born. */
    private final Map<String, Integer> born = new HashMap<>();

    private @Nullable Deployment active;
    private @Nullable Deployment next;
    private int generation;
    private boolean hasCheckpoint;

    /** A row by its source's table and key. */
    record RowId(TableHandle table, RowKey key) {}

    /** One source. */
    static final class Source {
        private final String name;
        private Set<String> definitions = Set.of();
        private int built;
        private int acquired;
        private final Map<RowId, RowState> published = new HashMap<>();
        private final Map<RowId, RowState> copy = new HashMap<>();
        private final Map<RowId, RowState> transaction = new HashMap<>();
        private final Map<String, byte @Nullable []> transactionEntries = new HashMap<>();
        private final Map<String, byte[]> entries = new TreeMap<>();
        private boolean isDecided;
        private boolean isDirect;
        private boolean isTransactionOpen;
        private boolean takesPart;
        private @Nullable SourcePosition position;

        /** Where it was when it started over, until it takes part again. */
        private @Nullable SourcePosition shownPosition;

        private Source(String name) {
            this.name = name;
        }

        String name() {
            return name;
        }

        Set<String> definitions() {
            return definitions;
        }

        boolean takesPart() {
            return takesPart;
        }

        boolean isTransactionOpen() {
            return isTransactionOpen;
        }

        @Nullable
        SourcePosition position() {
            return position;
        }

        /** The entries of its state. */
        Map<String, String> entries() {
            return texts(entries);
        }

        /** The image that the source reads back, or null. */
        @Nullable
        String image(RowId row) {
            RowState state = transaction.getOrDefault(row, copy.getOrDefault(row, published.get(row)));
            return state instanceof RowState.Present present
                    ? new String(present.image(), StandardCharsets.UTF_8)
                    : null;
        }

        private Set<RowId> rows() {
            Set<RowId> rows = new HashSet<>(published.keySet());
            rows.addAll(copy.keySet());
            rows.addAll(transaction.keySet());
            return rows;
        }

        private boolean feeds(String definition) {
            return isDecided && definitions.contains(definition);
        }

        private boolean isShown() {
            return takesPart || shownPosition != null;
        }

        private Map<RowId, RowState> target() {
            return isDirect || takesPart ? published : copy;
        }
    }

    static Map<String, String> texts(Map<String, byte[]> entries) {
        Map<String, String> texts = new TreeMap<>();
        entries.forEach((name, value) -> texts.put(name, Arrays.toString(value)));
        return texts;
    }

    @Nullable
    Source source(String name) {
        return sources.get(name);
    }

    Set<String> sources() {
        return sources.keySet();
    }

    void acquired(String name) {
        Source source = sources.get(name);
        if (source == null) {
            source = new Source(name);
            source.built = generation;
            sources.put(name, source);
        }
        transactionLost(source);
        source.acquired = generation;
        source.definitions = fed(name);
    }

    /** The definitions of live generations that the source feeds. */
    private Set<String> fed(String source) {
        Set<String> fed = new HashSet<>();
        for (Deployment live : live()) {
            fed.addAll(live.sources().getOrDefault(source, Set.of()));
        }
        return fed;
    }

    private List<Deployment> live() {
        return Stream.of(Optional.ofNullable(active), Optional.ofNullable(next))
                .flatMap(Optional::stream)
                .toList();
    }

    void deployed(Deployment deployment) {
        if (deployment.equals(active)) {
            next = null;
        } else if (!deployment.equals(next)) {
            generation++;
            if (hasCheckpoint) {
                next = deployment;
            } else {
                active = deployment;
            }
        }
        followGenerations();
        checkpoint();
    }

    /** Definitions are born with their generation; what rows have of those that no generation has is forgotten. */
    private void followGenerations() {
        Set<String> live = new HashSet<>();
        live().forEach(deployment -> live.addAll(deployment.definitions()));
        live.forEach(definition -> born.putIfAbsent(definition, generation));
        Set<String> retired = new HashSet<>(born.keySet());
        retired.removeAll(live);
        born.keySet().retainAll(live);
        shownDefinitions.retainAll(live);
        for (Source source : sources.values()) {
            source.published.replaceAll((row, state) -> without(retired, state));
        }
    }

    private static RowState without(Set<String> definitions, RowState state) {
        return state instanceof RowState.Present present
                ? new RowState.Present(present.relation(), present.image(), without(definitions, present.evaluated()))
                : state;
    }

    private static EvaluatedRow without(Set<String> definitions, EvaluatedRow row) {
        return new EvaluatedRow(
                row.bucketRows().stream()
                        .filter(bucketRow ->
                                !definitions.contains(bucketRow.bucket().definition()))
                        .toList(),
                row.lookups().stream()
                        .filter(lookup -> !definitions.contains(lookup.definition()))
                        .toList());
    }

    /** The definitions that lack something of the source's rows. */
    Set<String> unbuilt(Source source) {
        Set<String> unbuilt = new HashSet<>(fed(source.name));
        unbuilt.removeIf(definition -> Objects.requireNonNull(born.get(definition)) <= source.built);
        return unbuilt;
    }

    void built(Source source) {
        source.built = Math.max(source.built, source.acquired);
        checkpoint();
    }

    /** The sync configs that must be active and next. */
    List<Optional<Deployment>> generations() {
        return List.of(Optional.ofNullable(active), Optional.ofNullable(next));
    }

    /** The first write of a source decides, durably and before all else, whether its first copy may go to the buckets directly. */
    void beganToWrite(Source source) {
        if (!source.isDecided) {
            Set<String> definitions = new HashSet<>(source.definitions);
            definitions.addAll(fed(source.name));
            source.isDirect = definitions.stream()
                    .noneMatch(definition -> shownDefinitions.contains(definition)
                            || sources.values().stream()
                                    .anyMatch(other -> other != source && willFeed(other, definition)));
            source.isDecided = true;
        }
    }

    /** Whether what the source has written is in the definition, or will be when it is acquired for what the live generations say. */
    private boolean willFeed(Source source, String definition) {
        return source.feeds(definition) || source.isDecided && fed(source.name).contains(definition);
    }

    /** The storage was opened again. */
    void reopened() {
        sources.values().forEach(StorageModel::transactionLost);
    }

    void committed(Source source, SourceBatch batch) {
        add(batch, source);
        addEntries(batch, source.entries);
        source.position = batch.position() == null ? source.position : batch.position();
        checkpoint();
    }

    void staged(Source source, SourceBatch part) {
        source.isTransactionOpen = true;
        part.truncated()
                .forEach(table -> source.rows().stream()
                        .filter(row -> row.table().equals(table))
                        .forEach(row -> source.transaction.put(row, RowState.Absent.ABSENT)));
        add(part, source.transaction);
        source.transactionEntries.putAll(part.entries());
    }

    void sealed(Source source, SourceBatch last) {
        staged(source, last);
        source.transaction.forEach((row, state) -> set(source, row, state));
        SourceBatch entries = new SourceBatch();
        source.transactionEntries.forEach(entries::entry);
        addEntries(entries, source.entries);
        source.position = last.position();
        transactionLost(source);
        checkpoint();
    }

    void tookPart(Source source, SourceBatch last) {
        add(last, source);
        addEntries(last, source.entries);
        source.copy.forEach((row, state) -> source.published.put(row, live(state)));
        source.copy.clear();
        source.position = last.position() == null ? source.position : last.position();
        source.takesPart = true;
        source.shownPosition = null;
        hasCheckpoint = true;
        checkpoint();
    }

    void startedOver(Source source, SourceBatch first) {
        addEntries(first, source.entries);
        if (source.takesPart) {
            source.shownPosition = source.position;
            source.takesPart = false;
            source.isDirect = false;
        }
        source.position = first.position();
        checkpoint();
    }

    void dropped(String name) {
        sources.remove(name);
        checkpoint();
    }

    /** Whether there must be a checkpoint. */
    boolean hasCheckpoint() {
        return hasCheckpoint;
    }

    /** The positions that the newest checkpoint must have. */
    Map<String, SourcePosition> positions() {
        Map<String, SourcePosition> positions = new HashMap<>();
        sources.values().stream().filter(Source::isShown).forEach(source -> {
            SourcePosition shown = source.takesPart ? source.position : source.shownPosition;
            if (shown != null) {
                positions.put(source.name, shown);
            }
        });
        return positions;
    }

    /** What {@link ReducedBuckets} must answer for the newest checkpoint. */
    Map<String, Map<String, String>> reduced() {
        Map<String, Map<String, String>> reduced = new TreeMap<>();
        forEachShown((source, row, state) -> {
            for (BucketRow bucketRow : state.evaluated().bucketRows()) {
                if (shownDefinitions.contains(bucketRow.bucket().definition())) {
                    String name =
                            bucketRow.row().table() + "/" + bucketRow.row().id() + "/"
                                    + Subkey.of(source.name, row.table().table(), row.key())
                                            .text();
                    reduced.computeIfAbsent(bucketRow.bucket().name(), b -> new TreeMap<>())
                            .put(name, new String(bucketRow.row().json(), StandardCharsets.UTF_8));
                }
            }
        });
        return reduced;
    }

    /** The lookups that the newest checkpoint must have, those of different rows each. */
    List<Lookup> lookups(String definition, String index, String key) {
        List<Lookup> lookups = new ArrayList<>();
        forEachShown((source, row, state) -> state.evaluated().lookups().stream()
                .filter(lookup -> shownDefinitions.contains(definition)
                        && lookup.definition().equals(definition)
                        && lookup.index().equals(index)
                        && lookup.key().equals(key))
                .forEach(lookups::add));
        return lookups;
    }

    private interface RowVisitor {
        void visit(Source source, RowId row, RowState.Present state);
    }

    private void forEachShown(RowVisitor visitor) {
        for (Source source : sources.values()) {
            source.published.forEach((row, state) -> {
                if (state instanceof RowState.Present present) {
                    visitor.visit(source, row, present);
                }
            });
        }
    }

    private void checkpoint() {
        switchIfBuilt();
        for (Source source : sources.values()) {
            for (String definition : source.definitions) {
                boolean isHidden = sources.values().stream()
                        .anyMatch(other -> other.isDirect && !other.takesPart && willFeed(other, definition));
                if (source.isShown()
                        && !isHidden
                        && active != null
                        && active.definitions().contains(definition)) {
                    shownDefinitions.add(definition);
                }
            }
        }
    }

    private static void transactionLost(Source source) {
        source.isTransactionOpen = false;
        source.transaction.clear();
        source.transactionEntries.clear();
    }

    private void switchIfBuilt() {
        if (next != null
                && next.sources().keySet().stream()
                        .map(sources::get)
                        .allMatch(source -> source == null
                                || !source.isDecided
                                || unbuilt(source).isEmpty())) {
            active = next;
            next = null;
            followGenerations();
        }
    }

    private void add(SourceBatch batch, Source source) {
        batch.rows()
                .forEach((table, states) -> states.forEach((key, state) -> set(source, new RowId(table, key), state)));
    }

    /** Sets a row of whole transactions: what is published has nothing of retired definitions, what is staged keeps it until then. */
    private void set(Source source, RowId row, RowState state) {
        Map<RowId, RowState> target = source.target();
        RowState set = state;
        if (state instanceof RowState.Rebuilt rebuilt) {
            if (!(target.get(row) instanceof RowState.Present present)) {
                return;
            }
            EvaluatedRow kept = without(rebuilt.definitions(), present.evaluated());
            List<BucketRow> bucketRows = new ArrayList<>(kept.bucketRows());
            bucketRows.addAll(rebuilt.evaluated().bucketRows());
            List<Lookup> lookups = new ArrayList<>(kept.lookups());
            lookups.addAll(rebuilt.evaluated().lookups());
            set = new RowState.Present(present.relation(), present.image(), new EvaluatedRow(bucketRows, lookups));
        }
        target.put(row, target == source.published ? live(set) : set);
    }

    private RowState live(RowState state) {
        if (state instanceof RowState.Present present) {
            Set<String> dead = new HashSet<>();
            present.evaluated()
                    .bucketRows()
                    .forEach(row -> dead.add(row.bucket().definition()));
            present.evaluated().lookups().forEach(lookup -> dead.add(lookup.definition()));
            dead.removeAll(born.keySet());
            return without(dead, state);
        }
        return state;
    }

    private static void add(SourceBatch batch, Map<RowId, RowState> rows) {
        batch.rows().forEach((table, states) -> states.forEach((key, state) -> rows.put(new RowId(table, key), state)));
    }

    private static void addEntries(SourceBatch batch, Map<String, byte[]> entries) {
        batch.entries().forEach((name, value) -> {
            if (value == null) {
                entries.remove(name);
            } else {
                entries.put(name, value);
            }
        });
    }
}
