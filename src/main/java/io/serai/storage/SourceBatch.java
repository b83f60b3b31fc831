package io.serai.storage;

import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one write of a source changes: the last state of each row that changed, entries of the source's state, and its position. Confined to one
 * thread until it is handed to the storage, and not changed afterwards.
 */
public final class SourceBatch {
    private static final long ROW_BYTES = 120;

    private final Map<TableHandle, Map<RowKey, RowState>> rows = new LinkedHashMap<>();
    private final Set<TableHandle> truncated = new LinkedHashSet<>();
    private final Map<String, byte @Nullable []> entries = new LinkedHashMap<>();
    private @Nullable SourcePosition position;
    private long bytes;

    /** Sets what a row becomes, instead of what this batch said of it before. */
    public void row(TableHandle table, RowKey key, RowState state) {
        rows.computeIfAbsent(table, t -> new LinkedHashMap<>()).put(key, state);
        bytes += weight(key, state);
    }

    /**
     * Says that every row of the table that is stored, staged or in this batch so far goes away; rows that are set later stay. Only a batch that
     * is staged may hold this.
     */
    public void truncate(TableHandle table) {
        rows.remove(table);
        truncated.add(table);
    }

    /** Sets an entry of the source's state; null removes it. */
    public void entry(String name, byte @Nullable [] value) {
        entries.put(name, value);
        bytes += name.length() + (value == null ? 0 : value.length);
    }

    /** Sets the position after the last whole transaction of the batch. */
    public void position(SourcePosition reached) {
        this.position = reached;
    }

    /** Adds all of {@code later}, whose states win. */
    public void addAll(SourceBatch later) {
        if (!later.truncated.isEmpty()) {
            throw new IllegalArgumentException("a truncate is staged, never merged");
        }
        later.rows.forEach((table, states) ->
                rows.computeIfAbsent(table, t -> new LinkedHashMap<>()).putAll(states));
        entries.putAll(later.entries);
        bytes += later.bytes;
        if (later.position != null) {
            position = later.position;
        }
    }

    /** The state that this batch sets for a row, or null. */
    public @Nullable RowState state(TableHandle table, RowKey key) {
        Map<RowKey, RowState> states = rows.get(table);
        return states == null ? null : states.get(key);
    }

    /** Whether the batch truncates the table. */
    public boolean truncates(TableHandle table) {
        return truncated.contains(table);
    }

    /** The tables that it truncates, before the rows that it sets. */
    public Set<TableHandle> truncated() {
        return truncated;
    }

    /** The states by table and key. */
    public Map<TableHandle, Map<RowKey, RowState>> rows() {
        return rows;
    }

    /** The entries; null values remove. */
    public Map<String, byte @Nullable []> entries() {
        return entries;
    }

    /** The position after it, or null when it leaves the position as it is. */
    public @Nullable SourcePosition position() {
        return position;
    }

    /** About how many bytes of heap it holds. */
    public long bytes() {
        return bytes;
    }

    /** Whether it changes nothing. */
    public boolean isEmpty() {
        return rows.isEmpty() && truncated.isEmpty() && entries.isEmpty() && position == null;
    }

    /**
     * This batch as several of about {@code mostBytes}, of which the last has the entries and the position. Together they are no single write: for rows that
     * may be written again.
     */
    public List<SourceBatch> split(long mostBytes) {
        if (bytes <= mostBytes || !truncated.isEmpty()) {
            return List.of(this);
        }
        List<SourceBatch> parts = new ArrayList<>();
        SourceBatch part = new SourceBatch();
        for (Map.Entry<TableHandle, Map<RowKey, RowState>> table : rows.entrySet()) {
            for (Map.Entry<RowKey, RowState> row : table.getValue().entrySet()) {
                if (part.bytes >= mostBytes) {
                    parts.add(part);
                    part = new SourceBatch();
                }
                part.row(table.getKey(), row.getKey(), row.getValue());
            }
        }
        part.entries.putAll(entries);
        part.position = position;
        parts.add(part);
        return parts;
    }

    private static long weight(RowKey key, RowState state) {
        long weight = ROW_BYTES + key.bytes().length;
        return switch (state) {
            case RowState.Present present ->
                weight + present.image().length + present.evaluated().writtenBytes();
            case RowState.Rebuilt rebuilt ->
                weight + rebuilt.image().length + rebuilt.evaluated().writtenBytes();
            case RowState.Absent absent -> weight;
        };
    }
}
