package io.serai.storage;

import io.serai.bucket.BucketName;
import java.util.List;

/**
 * A stored row and where it stands. Immutable.
 *
 * @param row its image
 * @param places the places that it has in buckets; of a row in a copy stage, those that it will have. None when it was filtered,
 *     diverted or refused
 */
public record PlacedRow(StoredRow row, List<Place> places) {
    /** Copies the list. */
    public PlacedRow {
        places = List.copyOf(places);
    }

    /**
     * A row's place in a bucket.
     *
     * @param table the output table
     * @param id the output row's id
     * @param checksum that of the operation which put it there, to be read unsigned
     */
    public record Place(BucketName bucket, String table, String id, int checksum) {}
}
