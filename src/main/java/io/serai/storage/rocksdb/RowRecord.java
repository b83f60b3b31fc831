package io.serai.storage.rocksdb;

import io.serai.bucket.OutputRow;
import io.serai.change.RowKey;
import io.serai.storage.StoredRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The state of a source row in ROWS: its image, then sections of its places in buckets and the names of its lookups. A section more is appended where
 * the row is evaluated for definitions that came later, so that the rest need not be written again. Two states are the same when their bytes are.
 *
 * @param places where it stands
 * @param lookups the entries of the parameter index that it owns
 * @param sections how many sections the stored form has
 */
record RowRecord(List<Place> places, List<LookupName> lookups, int sections) {
    static final RowRecord NOTHING = new RowRecord(List.of(), List.of(), 0);

    /**
     * A row's place in a bucket.
     *
     * @param definition the number of the bucket's definition
     * @param hash of table, id and data ({@link OutputRow#hash}); shared, never written
     */
    @SuppressWarnings("ArrayRecordComponent") // shared and never written, as the Javadoc says
    record Place(int definition, int bucket, String table, String id, byte[] hash) {
        boolean isSameAs(Place other) {
            return bucket == other.bucket && id.equals(other.id) && table.equals(other.table);
        }
    }

    /** Whether it has just these, in any order. */
    boolean isSameAs(List<Place> otherPlaces, Collection<LookupName> otherLookups) {
        return places.size() == otherPlaces.size()
                && lookups.size() == otherLookups.size()
                && otherLookups.containsAll(lookups)
                && otherPlaces.stream().allMatch(place -> {
                    Place same = find(places, place);
                    return same != null && Arrays.equals(same.hash, place.hash);
                });
    }

    /** The place among these in the same bucket with the same table and id, or null. */
    static @Nullable Place find(List<Place> places, Place wanted) {
        for (Place place : places) {
            if (place.isSameAs(wanted)) {
                return place;
            }
        }
        return null;
    }

    /** The places and lookups of definitions that {@code wanted} accepts by number. */
    RowRecord only(IntPredicate wanted) {
        List<Place> wantedPlaces = new ArrayList<>(places.size());
        for (Place place : places) {
            if (wanted.test(place.definition())) {
                wantedPlaces.add(place);
            }
        }
        List<LookupName> wantedLookups = new ArrayList<>(lookups.size());
        for (LookupName lookup : lookups) {
            if (wanted.test(lookup.definition())) {
                wantedLookups.add(lookup);
            }
        }
        return new RowRecord(wantedPlaces, wantedLookups, sections);
    }

    /** Appends the stored form. Places with one output row stand behind each other, and share its text. */
    static void write(Encoder out, int relation, byte[] image, List<Place> places, Collection<LookupName> lookups) {
        writeImage(out, relation, image);
        writePlaces(out, places, lookups);
    }

    /** Appends the first part of the stored form. */
    static void writeImage(Encoder out, int relation, byte[] image) {
        out.varint(relation).block(image);
    }

    /** Appends the first part of the stored form as another one has it. */
    static void writeImageOf(byte[] stored, Encoder out) {
        Decoder in = new Decoder(stored);
        in.varint();
        in.skip(in.varint());
        out.raw(stored, in.at());
    }

    /** Appends a section of places and lookups. */
    static void writePlaces(Encoder out, List<Place> places, Collection<LookupName> lookups) {
        out.varint(places.size());
        byte[] last = {};
        for (Place place : places) {
            out.varint(place.definition()).varint(place.bucket()).flag(place.hash() == last);
            if (place.hash() != last) {
                out.text(place.table()).text(place.id()).raw(place.hash(), OutputRow.HASH_BYTES);
                last = place.hash();
            }
        }
        out.varint(lookups.size());
        lookups.forEach(name -> name.write(out));
    }

    /** The relation in a stored form. */
    static int relation(byte[] stored) {
        return new Decoder(stored).varint();
    }

    /** The image in a stored form. */
    static StoredRow image(RowKey key, byte[] stored) {
        Decoder in = new Decoder(stored);
        return new StoredRow(key, in.varint(), in.block());
    }

    /** The places and lookups in a stored form; none of a row that is not stored. */
    static RowRecord decode(byte @Nullable [] stored) {
        if (stored == null) {
            return NOTHING;
        }
        Decoder in = new Decoder(stored);
        in.varint();
        in.skip(in.varint());
        List<Place> places = new ArrayList<>();
        List<LookupName> lookups = new ArrayList<>();
        int sections = 0;
        for (; in.hasMore(); sections++) {
            readPlaces(in, places);
            for (int left = in.varint(); left > 0; left--) {
                lookups.add(LookupName.read(in));
            }
        }
        return new RowRecord(places, lookups, sections);
    }

    private static void readPlaces(Decoder in, List<Place> places) {
        for (int left = in.varint(); left > 0; left--) {
            int definition = in.varint();
            int bucket = in.varint();
            if (in.flag()) {
                Place same = places.getLast();
                places.add(new Place(definition, bucket, same.table(), same.id(), same.hash()));
            } else {
                places.add(new Place(definition, bucket, in.text(), in.text(), in.raw(OutputRow.HASH_BYTES)));
            }
        }
    }
}
