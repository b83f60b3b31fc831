package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.rocksdb.RocksDbStorage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a storage in a folder holds of its sources, looked at while the process that writes it stands or is dead. */
record WhatIsDurable(Path folder, List<Origin> origins, String seed) {
    /**
     * Compares the newest checkpoint with each source's state after the transaction that it shows last (I3, I9), and the slots with the stored
     * positions (I1).
     *
     * @return false when there is no checkpoint yet
     */
    boolean check() {
        Map<String, String> slots =
                new TreeMap<>(); // before the storage is looked at: what is written meanwhile moves them
        origins.forEach(origin -> slots.put(origin.id(), confirmed(origin)));
        try (BucketStorage storage = RocksDbStorage.openReadOnly(folder)) {
            for (Origin origin : origins) {
                SourcePosition stored = storage.state(origin.id()).position().orElse(null);
                assertThat(slotAheadOf(stored, slots.get(origin.id()), origin))
                        .as("I1: bytes that the slot is ahead, " + seed)
                        .isNotPositive();
            }
            Checkpoint checkpoint = storage.checkpoint().orElse(null);
            if (checkpoint == null) {
                return false;
            }
            Map<String, String> rows = StoredBuckets.at(storage, checkpoint);
            Map<String, String> expected = new TreeMap<>();
            origins.forEach(origin -> expected.putAll(origin.expectedWith(rows)));
            assertThat(rows).as("checkpoint " + checkpoint + ", " + seed).isEqualTo(expected);
            return true;
        } catch (SeraiException e) {
            if (e.code() == ErrorCode.STORAGE_NOT_FOUND) {
                return false; // killed before there was one
            }
            throw e;
        }
    }

    private static @Nullable String confirmed(Origin origin) {
        return origin.replicated()
                .value("SELECT max(confirmed_flush_lsn) FROM pg_replication_slots WHERE database = current_database()");
    }

    private static long slotAheadOf(@Nullable SourcePosition stored, @Nullable String confirmed, Origin origin) {
        if (stored == null || confirmed == null) {
            return 0;
        }
        return Long.parseLong(
                origin.database().value("SELECT ('" + confirmed + "'::pg_lsn - '" + stored.text() + "'::pg_lsn)"));
    }
}
