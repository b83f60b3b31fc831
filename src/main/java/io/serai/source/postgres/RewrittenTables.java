package io.serai.source.postgres;

import io.serai.source.ChunkRange;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Which of a table's ranges reads the whole new file when the table got one (TRUNCATE, VACUUM FULL, CLUSTER) while it was being copied: rows may
 * have moved from any range to any other. One range inherits all, and is not done before that is; the others have nothing left to read. After a
 * restart another one may inherit, and rows are read twice. Thread-safe.
 */
final class RewrittenTables {
    private final ConcurrentMap<Rewrite, ChunkRange> heirs = new ConcurrentHashMap<>();

    /** Whether {@code stale}, a range of an older file, is the one that reads the whole of {@code file}. */
    boolean inherits(long oid, long file, ChunkRange stale) {
        ChunkRange heir = heirs.putIfAbsent(new Rewrite(oid, file), stale);
        return heir == null || heir.equals(stale);
    }

    private record Rewrite(long oid, long file) {}
}
