package io.serai.storage.rocksdb;

import io.serai.bucket.BucketName;
import io.serai.bucket.Checksum;
import io.serai.change.RowKey;
import io.serai.storage.PlacedRow;
import io.serai.storage.StoredRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds single rows with their places in the buckets of the active generation. Thread-safe. */
final class PlacedRowReader {
    private final Database database;
    private final Ledger ledger;

    PlacedRowReader(Store store) {
        this.database = store.database();
        this.ledger = store.ledger();
    }

    Optional<PlacedRow> find(String source, int table, RowKey key) {
        SourceRecord record = ledger.state().sources().get(source);
        if (record == null) {
            return Optional.empty();
        }
        byte[] staged = staged(record, table, key);
        if (staged != null) {
            return ofCopy(key, staged);
        }
        byte[] stored = database.get(Family.ROWS, Keys.row(record.number(), table, key.bytes()));
        return stored == null
                ? Optional.empty()
                : Optional.of(new PlacedRow(
                        RowRecord.image(key, stored),
                        named(RowRecord.decode(stored).places())));
    }

    private byte @Nullable [] staged(SourceRecord source, int table, RowKey key) {
        return source.isCopyStaged()
                ? database.get(
                        Family.STAGED,
                        Keys.staged(source.number(), source.stages().copy(), table, key.bytes()))
                : null;
    }

    private Optional<PlacedRow> ofCopy(RowKey key, byte[] staged) {
        return Optional.ofNullable(StagedState.decode(staged))
                .map(present -> new PlacedRow(
                        new StoredRow(key, present.relation(), present.image()),
                        present.evaluated().bucketRows().stream()
                                .filter(row -> isActive(row.bucket().definition()))
                                .map(row -> new PlacedRow.Place(
                                        row.bucket(),
                                        row.row().table(),
                                        row.row().id(),
                                        row.row().checksum()))
                                .toList()));
    }

    private boolean isActive(String definition) {
        return ledger.state()
                .generations()
                .active()
                .filter(active -> active.deployment().definitions().contains(definition))
                .isPresent();
    }

    /** Places know buckets by number, and only names lead to numbers: all names of the definitions are looked through. */
    private List<PlacedRow.Place> named(List<RowRecord.Place> places) {
        Map<Integer, Set<Integer>> wanted = new HashMap<>();
        places.forEach(place ->
                wanted.computeIfAbsent(place.definition(), d -> new HashSet<>()).add(place.bucket()));
        Map<Integer, BucketName> names = new HashMap<>();
        ledger.state().definitions().forEach((id, definition) -> {
            Set<Integer> buckets = wanted.get(definition.number());
            if (buckets != null && isActive(id)) {
                database.forEach(Family.BUCKETS, Keys.buckets(definition.number()), (name, stored) -> {
                    int number = new Decoder(stored).i32();
                    if (buckets.contains(number)) {
                        names.put(number, new BucketName(id, name));
                    }
                });
            }
        });
        List<PlacedRow.Place> named = new ArrayList<>();
        for (RowRecord.Place place : places) {
            BucketName bucket = names.get(place.bucket());
            if (bucket != null) {
                named.add(new PlacedRow.Place(bucket, place.table(), place.id(), Checksum.of(place.hash())));
            }
        }
        return named;
    }
}
