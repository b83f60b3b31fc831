package io.serai.source.mysql;

import io.serai.source.SourceTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rows of XA transactions, which count when they are committed and not when they are prepared. They are kept in memory, up to a bound: of what is
 * beyond it, and of what was prepared before the log was opened, only the tables are known, or nothing. Confined to one thread.
 */
final class PreparedTransactions {
    private static final long MAX_BYTES = 32L << 20;
    private static final Pattern XID =
            Pattern.compile("X'([0-9a-fA-F]*)'\\s*,\\s*X'([0-9a-fA-F]*)'\\s*,\\s*(\\d+).*", Pattern.DOTALL);

    private final Map<String, Rows> prepared = new HashMap<>();
    private long bytes;

    /** What one transaction changed. */
    static final class Rows {
        private final List<RowsEvent.Change> changes = new ArrayList<>();
        private final Set<SourceTable> unknown = new HashSet<>();
        private long bytes;

        void add(RowsEvent.Change change) {
            bytes += 64
                    + (change.before() == null ? 0 : change.before().length)
                    + (change.after() == null ? 0 : change.after().length);
            if (bytes > MAX_BYTES || unknown.contains(change.table())) {
                addUnknown(change.table());
            } else {
                changes.add(change);
            }
        }

        /** Notes that a table was changed in a way that is not kept. */
        void addUnknown(SourceTable table) {
            unknown.add(table);
        }

        List<RowsEvent.Change> changes() {
            return changes;
        }

        /** The tables whose changes are not all kept. */
        Set<SourceTable> unknown() {
            return unknown;
        }
    }

    /** The name of a transaction in the text of a statement. */
    static String xid(String text) {
        Matcher parts = XID.matcher(text);
        return parts.matches()
                ? parts.group(1).toLowerCase(Locale.ROOT) + "/" + parts.group(2).toLowerCase(Locale.ROOT) + "/"
                        + parts.group(3)
                : text;
    }

    /** The same name in an event. */
    static String xid(byte[] global, byte[] branch, long format) {
        HexFormat hex = HexFormat.of();
        return hex.formatHex(global) + "/" + hex.formatHex(branch) + "/" + format;
    }

    void prepare(String xid, Rows rows) {
        if (bytes + rows.bytes > MAX_BYTES) {
            rows.changes.forEach(change -> rows.addUnknown(change.table()));
            rows.changes.clear();
            rows.bytes = 0;
        }
        bytes += rows.bytes;
        prepared.put(xid, rows);
    }

    /** Forgets a transaction; null for one that is not known. */
    @Nullable
    Rows end(String xid) {
        Rows rows = prepared.remove(xid);
        bytes -= rows == null ? 0 : rows.bytes;
        return rows;
    }
}
