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
import io.serai.storage.rocksdb.RowRecord.Place;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what rows of one source become with what is stored of them, and turns the differences into operations. Takes no lock: only the source's
 * one writer touches its rows. Confined to one thread.
 */
final class RowComparison {
    private static final int READ_AT_ONCE = 1024;

    private final Store store;
    private final SourceRecord source;
    private final StorageState state;
    private final Changes changes;
    private final MessageDigest sha256 = Checksum.sha256();
    private final Encoder record = new Encoder(1024);

    /** Compares for one write. */
    RowComparison(Store store, SourceRecord source, Changes changes) {
        this.store = store;
        this.state = store.ledger().state();
        this.source = source;
        this.changes = changes;
    }

    /** Compares rows of one table. */
    void compare(int table, TableRef names, Map<RowKey, RowState> states) {
        List<RowKey> keys = new ArrayList<>(states.keySet());
        for (int from = 0; from < keys.size(); from += READ_AT_ONCE) {
            List<RowKey> some = keys.subList(from, Math.min(keys.size(), from + READ_AT_ONCE));
            List<byte[]> stored = new ArrayList<>(some.size());
            some.forEach(key -> stored.add(Keys.row(source.number(), table, key.bytes())));
            List<byte @Nullable []> values = store.database().getAll(Family.ROWS, stored);
            for (int i = 0; i < some.size(); i++) {
                RowKey key = some.get(i);
                compare(new Target(stored.get(i), names, key), values.get(i), states.get(key));
            }
        }
    }

    private void compare(Target row, byte @Nullable [] before, @Nullable RowState after) {
        switch (after) {
            case RowState.Present present -> put(row, before, present);
            case RowState.Absent gone -> remove(row, before);
            case null -> throw new IllegalArgumentException("a row without a state");
        }
    }

    private void put(Target row, byte @Nullable [] before, RowState.Present next) {
        EvaluatedRow evaluated = next.evaluated();
        List<Place> places = new ArrayList<>(evaluated.bucketRows().size());
        List<OutputRow> outputs = new ArrayList<>(evaluated.bucketRows().size());
        for (BucketRow bucketRow : evaluated.bucketRows()) {
            OutputRow output = bucketRow.row();
            int definition = state.definitionNumber(bucketRow.bucket().definition());
            int bucket = store.buckets().number(definition, bucketRow.bucket(), changes);
            Place place = new Place(bucket, output.table(), output.id(), output.hash());
            if (find(places, place) == null) {
                places.add(place);
                outputs.add(output);
            }
        }
        Map<LookupName, Lookup> lookups = lookups(evaluated.lookups());
        record.clear();
        RowRecord.write(record, next.relation(), next.image(), places, lookups.keySet());
        if (before != null && record.isSameAs(before)) {
            return;
        }
        changes.buffer().put(Family.ROWS, row.stored(), record);
        RowRecord former = RowRecord.decode(before);
        for (Place place : former.places()) {
            if (find(places, place) == null) {
                changes.remove(place.bucket(), place.table(), place.id(), row.subkey());
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            Place same = find(former.places(), places.get(i));
            if (same == null || !Arrays.equals(same.hash(), places.get(i).hash())) {
                changes.put(places.get(i).bucket(), outputs.get(i), row.subkey());
            }
        }
        compareLookups(row, former.lookups(), lookups);
    }

    private void remove(Target row, byte @Nullable [] before) {
        if (before == null) {
            return;
        }
        changes.buffer().delete(Family.ROWS, row.stored());
        RowRecord former = RowRecord.decode(before);
        for (Place place : former.places()) {
            changes.remove(place.bucket(), place.table(), place.id(), row.subkey());
        }
        compareLookups(row, former.lookups(), Map.of());
    }

    private void compareLookups(Target row, List<LookupName> former, Map<LookupName, Lookup> next) {
        for (LookupName name : former) {
            if (!next.containsKey(name)) {
                changes.lookup(LookupRecord.key(name, row.subkey()), LookupRecord.GONE);
            }
        }
        if (!next.isEmpty()) {
            Map<LookupName, Lookup> added = new LinkedHashMap<>(next);
            added.keySet().removeAll(former);
            added.forEach((name, lookup) ->
                    changes.lookup(LookupRecord.key(name, row.subkey()), LookupRecord.encode(lookup)));
        }
    }

    private Map<LookupName, Lookup> lookups(List<Lookup> lookups) {
        if (lookups.isEmpty()) {
            return Map.of();
        }
        Map<LookupName, Lookup> named = new LinkedHashMap<>();
        for (Lookup lookup : lookups) {
            named.put(LookupName.of(state.definitionNumber(lookup.definition()), lookup), lookup);
        }
        return named;
    }

    private static @Nullable Place find(List<Place> places, Place wanted) {
        for (Place place : places) {
            if (place.isSameAs(wanted)) {
                return place;
            }
        }
        return null;
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
