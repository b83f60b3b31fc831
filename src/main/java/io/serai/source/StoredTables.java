package io.serai.source;

import io.serai.change.Relation;
import io.serai.change.RowKey;
import io.serai.source.Entries.CopyProgress;
import io.serai.source.SourceStatus.TableProgress;
import io.serai.storage.SourceState;
import java.util.List;
import java.util.Optional;

/** What the durable state of a source says of its tables and of rows that are listed. Immutable. */
public final class StoredTables {
    private final SourceState state;
    private final SourceDatabase database;
    private final List<SourceTable> tables;

    private StoredTables(SourceState state, SourceDatabase database) {
        this.state = state;
        this.database = database;
        this.tables = List.copyOf(Entries.tables(state, database).values());
    }

    /** What {@code state} says; {@code database} is not connected to. */
    public static StoredTables of(SourceState state, SourceDatabase database) {
        return new StoredTables(state, database);
    }

    /** The tables that are replicated, and those that are only kept until their rows have left. */
    public List<SourceTable> tables() {
        return tables;
    }

    /** How far the copy of the table is. */
    public TableProgress progress(SourceTable table) {
        int number = table.handle().number();
        CopyProgress copy = Entries.progress(state, number);
        String name = table.table().toString();
        long estimate = Entries.estimate(state, number);
        return copy == null
                ? new TableProgress(name, 0, estimate, 0, 1, 0)
                : new TableProgress(name, copy.rows(), estimate, copy.chunksDone(), copy.chunks(), 0);
    }

    /** The relation that images are stored under by this number; empty when no table has it any more. */
    public Optional<Relation> relation(int number) {
        return Optional.ofNullable(Entries.relation(state, number, database));
    }

    /** Whether the row waits to be read by key, because the log did not send all its columns. */
    public boolean isIncomplete(SourceTable table, RowKey key) {
        return state.entries().containsKey(Entries.incomplete(table.handle(), key));
    }

    /** The repairs that were asked for and are not done. */
    public static List<RepairProgress> repairs(SourceState state) {
        return Entries.repairs(state).entrySet().stream()
                .map(repair -> new RepairProgress(repair.getKey().toString(), repair.getValue(), false, 0, 0))
                .toList();
    }

    /** How many rows of the table are listed as diverted or refused. */
    public long diverted(SourceTable table) {
        String prefix = Entries.diverted(table.handle());
        return state.entries().tailMap(prefix).keySet().stream()
                .takeWhile(name -> name.startsWith(prefix))
                .count();
    }

    /** Why the route diverted the row, or why it was refused; empty when neither was so. */
    public Optional<String> diverted(SourceTable table, RowKey key) {
        return Optional.ofNullable(state.entries().get(Entries.diverted(table.handle(), key)))
                .map(Entries::text);
    }
}
