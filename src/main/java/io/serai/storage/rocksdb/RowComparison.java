package io.serai.storage.rocksdb;

import io.serai.bucket.BucketRow;
import io.serai.bucket.Checksum;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.Lookup;
import io.serai.bucket.OutputRow;
import io.serai.bucket.Subkey;
import io.serai.change.RowKey;
import io.serai.change.TableRef;
import io.serai.storage.RowState;
import io.serai.storage.rocksdb.Database.Cursor;
import io.serai.storage.rocksdb.RowRecord.Place;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Compares what rows of one source become with what is stored of them, and turns the differences into operations. Takes no lock: only the source's
 * one writer touches its rows. Confined to one thread.
 */
final class RowComparison {
    private static final int READ_AT_ONCE = 1024;
    private static final int NONE = 0;

    /** A row that has so many is written as a whole, without what retired definitions left in it. */
    private static final int MOST_SECTIONS = 8;

    private final Store store;
    private final SourceRecord source;
    private final StorageState state;
    private final Set<Integer> live = new HashSet<>();
    private final Changes changes;
    private final MessageDigest sha256 = Checksum.sha256();
    private final Encoder record = new Encoder(1024);
    /** The definitions that rows were rebuilt for last: mostly those of the next row, too. */
    private Set<String> rebuilt = Set.of();

    private IntPredicate kept = definition -> true;

    /** Compares for one write. */
    RowComparison(Store store, SourceRecord source, Changes changes) {
        this.store = store;
        this.state = store.ledger().state();
        this.source = source;
        this.changes = changes;
        for (DefinitionRecord definition : state.definitions().values()) {
            live.add(definition.number());
        }
    }

    /** Compares rows of one table. */
    void compare(int table, TableRef names, Map<RowKey, RowState> states) {
        List<Map.Entry<RowKey, RowState>> rows = new ArrayList<>(states.entrySet());
        if (isRebuilt(rows)) {
            rows.sort(Map.Entry.comparingByKey());
        }
        for (int from = 0; from < rows.size(); from += READ_AT_ONCE) {
            List<Map.Entry<RowKey, RowState>> some = rows.subList(from, Math.min(rows.size(), from + READ_AT_ONCE));
            List<byte[]> stored = new ArrayList<>(some.size());
            some.forEach(row ->
                    stored.add(Keys.row(source.number(), table, row.getKey().bytes())));
            List<byte @Nullable []> values =
                    isRebuilt(some) ? neighbours(stored) : store.database().getAll(Family.ROWS, stored);
            for (int i = 0; i < some.size(); i++) {
                Map.Entry<RowKey, RowState> row = some.get(i);
                compare(new Target(stored.get(i), names, row.getKey()), values.get(i), row.getValue());
            }
        }
    }

    /** Whether the rows were rebuilt: then they are mostly neighbours, and all such. */
    private static boolean isRebuilt(List<Map.Entry<RowKey, RowState>> rows) {
        return !rows.isEmpty() && rows.getFirst().getValue() instanceof RowState.Rebuilt;
    }

    /** The values of keys that lie together, in their order, null for those that are not there: cheaper than to look for each. */
    private List<byte @Nullable []> neighbours(List<byte[]> keys) {
        List<byte @Nullable []> values = new ArrayList<>(keys.size());
        try (Cursor cursor = store.database().scan(Family.ROWS, keys.getFirst(), Keys.behind(keys.getLast()))) {
            boolean isThere = cursor.next();
            for (byte[] key : keys) {
                while (isThere && Arrays.compareUnsigned(cursor.key(), key) < 0) {
                    isThere = cursor.next();
                }
                values.add(isThere && Arrays.equals(cursor.key(), key) ? cursor.value() : null);
            }
        }
        return values;
    }

    private void compare(Target row, byte @Nullable [] before, RowState after) {
        record.clear();
        switch (after) {
            case RowState.Present present -> {
                RowRecord.writeImage(record, present.relation(), present.image());
                put(row, before, null, present.evaluated(), RowRecord.NOTHING);
            }
            case RowState.Rebuilt rebuilt when before != null -> rebuild(row, before, rebuilt);
            case RowState.Rebuilt rebuilt -> {}
            case RowState.Absent gone -> remove(row, before);
        }
    }

    /** What is stored of a row, less what definitions gave it that were retired. */
    private RowRecord former(byte @Nullable [] before) {
        return RowRecord.decode(before).only(this::isLive);
    }

    /** Accepts the numbers of other definitions than these. */
    private IntPredicate kept(Set<String> definitions) {
        if (definitions != rebuilt) {
            rebuilt = definitions;
            Set<Integer> numbers = new HashSet<>();
            definitions.forEach(id -> numbers.add(number(id)));
            kept = definition -> !numbers.contains(definition);
        }
        return kept;
    }

    /** A row that has nothing of these definitions, as nearly all, is only appended to. */
    private void rebuild(Target row, byte[] before, RowState.Rebuilt rebuilt) {
        RowRecord former = former(before);
        RowRecord kept = former.only(kept(rebuilt.definitions()));
        if (former.sections() < MOST_SECTIONS && kept.isSameAs(former.places(), former.lookups())) {
            append(row, rebuilt.evaluated());
        } else {
            RowRecord.writeImageOf(before, record);
            put(row, before, former, rebuilt.evaluated(), kept);
        }
    }

    private void append(Target row, EvaluatedRow evaluated) {
        List<Place> places = new ArrayList<>();
        List<OutputRow> outputs = addPlaces(evaluated, places);
        Map<LookupName, Lookup> lookups = lookups(evaluated.lookups());
        if (places.isEmpty() && lookups.isEmpty()) {
            return;
        }
        RowRecord.writePlaces(record, places, lookups.keySet());
        changes.buffer().append(Family.ROWS, row.stored(), record);
        for (int i = 0; i < outputs.size(); i++) {
            put(places.get(i), outputs.get(i), row);
        }
        lookups.forEach((name, lookup) -> put(name, lookup, row));
    }

    /**
     * Sets what is stored of a row, whose first part is in {@code record}: {@code kept} as it is, and what {@code evaluated} says.
     *
     * @param decoded what was stored, of which only places and lookups may become others, or null when it was not decoded yet
     */
    private void put(
            Target row, byte @Nullable [] before, @Nullable RowRecord decoded, EvaluatedRow evaluated, RowRecord kept) {
        List<Place> places = new ArrayList<>(kept.places());
        List<OutputRow> outputs = addPlaces(evaluated, places);
        Map<LookupName, Lookup> added = lookups(evaluated.lookups());
        Set<LookupName> lookups = new LinkedHashSet<>(kept.lookups());
        lookups.addAll(added.keySet());
        RowRecord.writePlaces(record, places, lookups);
        boolean isSame =
                decoded == null ? before != null && record.isSameAs(before) : decoded.isSameAs(places, lookups);
        if (isSame) {
            return;
        }
        changes.buffer().put(Family.ROWS, row.stored(), record);
        RowRecord former = decoded == null ? former(before) : decoded;
        for (Place place : former.places()) {
            if (RowRecord.find(places, place) == null) {
                removeFrom(place, row);
            }
        }
        int offset = kept.places().size();
        for (int i = 0; i < outputs.size(); i++) {
            Place place = places.get(offset + i);
            Place same = RowRecord.find(former.places(), place);
            if (same == null || !Arrays.equals(same.hash(), place.hash())) {
                put(place, outputs.get(i), row);
            }
        }
        removeLookups(row, former, lookups);
        former.lookups().forEach(added.keySet()::remove);
        added.forEach((name, lookup) -> put(name, lookup, row));
    }

    /** Adds the places of an evaluated row, and answers what stands there. */
    private List<OutputRow> addPlaces(EvaluatedRow evaluated, List<Place> places) {
        List<OutputRow> outputs = new ArrayList<>(evaluated.bucketRows().size());
        for (BucketRow bucketRow : evaluated.bucketRows()) {
            OutputRow output = bucketRow.row();
            int definition = number(bucketRow.bucket().definition());
            if (!isLive(definition)) {
                continue;
            }
            int bucket = store.buckets()
                    .number(new Buckets.Key(definition, bucketRow.bucket().name()), changes);
            Place place = new Place(definition, bucket, output.table(), output.id(), output.hash());
            if (RowRecord.find(places, place) == null) {
                places.add(place);
                outputs.add(output);
            }
        }
        return outputs;
    }

    private void put(Place place, OutputRow output, Target row) {
        changes.note(place.definition(), place.bucket());
        changes.put(place.bucket(), output, row.subkey());
    }

    private void put(LookupName name, Lookup lookup, Target row) {
        changes.note(name);
        changes.lookup(LookupRecord.key(name, row.subkey()), LookupRecord.encode(lookup));
    }

    private void removeFrom(Place place, Target row) {
        changes.note(place.definition(), place.bucket());
        changes.remove(place.bucket(), place.table(), place.id(), row.subkey());
    }

    private void remove(Target row, byte @Nullable [] before) {
        if (before == null) {
            return;
        }
        changes.buffer().delete(Family.ROWS, row.stored());
        RowRecord former = former(before);
        for (Place place : former.places()) {
            removeFrom(place, row);
        }
        removeLookups(row, former, Set.of());
    }

    private void removeLookups(Target row, RowRecord former, Set<LookupName> next) {
        for (LookupName name : former.lookups()) {
            if (!next.contains(name)) {
                changes.note(name);
                changes.lookup(LookupRecord.key(name, row.subkey()), LookupRecord.GONE);
            }
        }
    }

    private Map<LookupName, Lookup> lookups(List<Lookup> lookups) {
        if (lookups.isEmpty()) {
            return Map.of();
        }
        Map<LookupName, Lookup> named = new LinkedHashMap<>();
        for (Lookup lookup : lookups) {
            int definition = number(lookup.definition());
            if (isLive(definition)) {
                named.put(LookupName.of(definition, lookup), lookup);
            }
        }
        return named;
    }

    /** The number of a definition; that of none for one that was retired after the row was evaluated. */
    private int number(String definition) {
        DefinitionRecord known = state.definitions().get(definition);
        return known == null ? NONE : known.number();
    }

    /** Whether the definition was not retired. */
    private boolean isLive(int definition) {
        return live.contains(definition);
    }

    /** The row that is compared; its subkey is made when the first operation needs it. */
    private final class Target {
        private final byte[] stored;
        private final TableRef table;
        private final RowKey key;
        private @Nullable Subkey subkey;

        Target(byte[] stored, TableRef table, RowKey key) {
            this.stored = stored;
            this.table = table;
            this.key = key;
        }

        byte[] stored() {
            return stored;
        }

        Subkey subkey() {
            if (subkey == null) {
                subkey = Subkey.of(source.name(), table, key, sha256);
            }
            return subkey;
        }
    }
}
