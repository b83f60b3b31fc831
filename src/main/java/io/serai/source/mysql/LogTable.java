package io.serai.source.mysql;

import io.serai.change.Column;
import io.serai.change.TableRef;
import io.serai.source.SourceTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as a table map event of the log describes it, and what is stored of it. A difference counts only when a change is of a time that the stored
 * description is meant for. Immutable.
 *
 * @param name its names
 * @param table what is stored, or null for a table that is not
 * @param columns in the order of the log
 * @param names theirs, from the log or from what is stored; empty when neither has them
 * @param difference what is not as it is stored; null when all fits
 */
record LogTable(
        TableRef name,
        @Nullable SourceTable table,
        List<LogColumn> columns,
        List<String> names,
        @Nullable String difference) {
    private static final int COLUMN_NAMES = 4;

    LogTable {
        columns = List.copyOf(columns);
        names = List.copyOf(names);
    }

    /** One of which only the names matter. */
    static LogTable unknown(TableRef name) {
        return new LogTable(name, null, List.of(), List.of(), null);
    }

    /** The names of the table of an event, behind its number and flags. */
    static TableRef name(ByteReader in) {
        String schema = in.text(in.u8());
        in.skip(1);
        String table = in.text(in.u8());
        in.skip(1);
        return new TableRef(schema, table);
    }

    /** Reads what follows the names. */
    static LogTable read(TableRef name, @Nullable SourceTable table, ByteReader in) {
        int count = in.packedInt();
        byte[] types = in.take(count);
        int metaLength = in.packedInt();
        int end = in.position() + metaLength;
        List<LogColumn> columns = new ArrayList<>(count);
        for (byte type : types) {
            columns.add(LogColumn.read(type & 0xff, in));
        }
        in.skip(end - in.position());
        in.skip((count + 7) / 8); // which columns may be NULL
        List<String> names = names(in);
        String difference = table == null ? null : difference(table, columns, names);
        if (names.isEmpty() && table != null && difference == null) {
            names = table.relation().columns().stream().map(Column::name).toList();
        }
        return new LogTable(name, table, columns, names, difference);
    }

    private static List<String> names(ByteReader in) {
        List<String> names = new ArrayList<>();
        while (in.hasRemaining()) {
            int field = in.u8();
            int end = in.packedInt() + in.position();
            while (field == COLUMN_NAMES && in.position() < end) {
                names.add(in.text(in.packedInt()));
            }
            in.skip(end - in.position());
        }
        return names;
    }

    private static @Nullable String difference(SourceTable table, List<LogColumn> columns, List<String> names) {
        List<Column> stored = table.relation().columns();
        if (stored.size() != columns.size()) {
            return "its columns were altered";
        }
        for (int i = 0; i < columns.size(); i++) {
            Column column = stored.get(i);
            if (!columns.get(i).fits((MysqlType) column.type())
                    || !names.isEmpty() && !names.get(i).equals(column.name())) {
                return "column \"" + column.name() + "\" was altered";
            }
        }
        return null;
    }

    /** How many of its columns hold JSON. */
    int jsonColumns() {
        return (int) columns.stream()
                .filter(column -> column.type() == LogValue.JSON)
                .count();
    }
}
