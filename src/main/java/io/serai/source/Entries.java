package io.serai.source;

import io.serai.change.Column;
import io.serai.change.Relation;
import io.serai.change.RowKey;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable.Renewal;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceState;
import io.serai.storage.TableHandle;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The entries that a source keeps in its durable state, by name. Numbers in names are padded, so that entries sort as they count.
 *
 * <table>
 * <caption>Entries</caption>
 * <tr><td>{@code start}</td><td>what names the server, timeline, database and slot</td></tr>
 * <tr><td>{@code delivered}</td><td>transactions that reads may not see yet</td></tr>
 * <tr><td>{@code last}</td><td>the last transaction before the position: it proves that a log goes on from there</td></tr>
 * <tr><td>{@code lost}</td><td>what was found when the log did not go on from the stored position; it never does again</td></tr>
 * <tr><td>{@code next-table}</td><td>a number that no table had yet, once tables came or went</td></tr>
 * <tr><td>{@code relation/N}</td><td>a relation under which images are stored</td></tr>
 * <tr><td>{@code table/N}</td><td>a table, its relation's number and its identity</td></tr>
 * <tr><td>{@code renewal/N}</td><td>that the table was altered, is gone, or came later, and where it was looked at</td></tr>
 * <tr><td>{@code estimate/N}</td><td>how many rows the database thought that the table had when it was first looked at</td></tr>
 * <tr><td>{@code planned/N}</td><td>the table's copy: chunks that were planned and written, rows that were written</td></tr>
 * <tr><td>{@code chunk/N/M}</td><td>a range of the table that is still to be copied</td></tr>
 * <tr><td>{@code incomplete/N/KEY}</td><td>a row that must be read by key</td></tr>
 * <tr><td>{@code diverted/N/KEY}</td><td>a row that the route diverted or that was refused, with the reason</td></tr>
 * <tr><td>{@code repair/N}</td><td>a repair of the table that was asked for and is not done</td></tr>
 * </table>
 */
final class Entries {
    static final String START = "start";
    static final String DELIVERED = "delivered";
    static final String LAST = "last";
    static final String LOST = "lost";
    private static final String NEXT_TABLE = "next-table";
    private static final String RELATION = "relation/";
    private static final String TABLE = "table/";
    private static final String RENEWAL = "renewal/";
    private static final String ESTIMATE = "estimate/";
    private static final String PLANNED = "planned/";
    private static final String CHUNK = "chunk/";
    private static final String INCOMPLETE = "incomplete/";
    private static final String DIVERTED = "diverted/";
    private static final String REPAIR = "repair/";

    private Entries() {}

    /** The number of the next table that comes; none is given twice, because rows may be stored under that of a table that is gone. */
    static int nextTable(SourceState state, NavigableMap<Integer, SourceTable> tables) {
        byte[] stored = state.entries().get(NEXT_TABLE);
        int next = tables.isEmpty() ? 0 : tables.lastKey() + 1;
        return stored == null ? next : Math.max(next, Integer.parseInt(text(stored)));
    }

    static void nextTable(SourceBatch batch, int number) {
        batch.entry(NEXT_TABLE, text(Integer.toString(number)));
    }

    static String relation(int number) {
        return RELATION + pad(number);
    }

    static String table(int number) {
        return TABLE + pad(number);
    }

    static String renewal(int table) {
        return RENEWAL + pad(table);
    }

    static String estimate(int table) {
        return ESTIMATE + pad(table);
    }

    static String planned(int table) {
        return PLANNED + pad(table);
    }

    static String chunk(int table, int chunk) {
        return CHUNK + pad(table) + "/" + pad(chunk);
    }

    static String incomplete(TableHandle table, RowKey key) {
        return INCOMPLETE + pad(table.number()) + "/" + HexFormat.of().formatHex(key.bytes());
    }

    /** What the names of the table's diverted rows begin with. */
    static String diverted(TableHandle table) {
        return DIVERTED + pad(table.number()) + "/";
    }

    static String diverted(TableHandle table, RowKey key) {
        return diverted(table) + HexFormat.of().formatHex(key.bytes());
    }

    static String repair(int table) {
        return REPAIR + pad(table);
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    static byte[] encode(Relation relation) {
        return encode(out -> {
            out.writeUTF(relation.table().schema());
            out.writeUTF(relation.table().name());
            out.writeInt(relation.columns().size());
            for (Column column : relation.columns()) {
                out.writeUTF(column.name());
                writeText(out, column.type().encoded());
            }
            out.writeInt(relation.keyColumns().size());
            for (int index : relation.keyColumns()) {
                out.writeInt(index);
            }
        });
    }

    static byte[] encode(SourceTransaction transaction) {
        return encode(out -> {
            out.writeLong(transaction.id());
            writeText(out, transaction.commitAt().text());
            out.writeUTF(transaction.commitTime().toString());
        });
    }

    static byte[] encode(SourceTable table) {
        return encode(out -> {
            out.writeUTF(table.table().schema());
            out.writeUTF(table.table().name());
            out.writeInt(table.relationNumber());
            writeText(out, table.identity());
        });
    }

    static byte[] encode(Renewal renewal) {
        return encode(out -> {
            out.writeBoolean(renewal.gone());
            writeText(out, renewal.since().text());
        });
    }

    static byte[] encode(CopyProgress progress) {
        return encode(out -> {
            out.writeInt(progress.chunks());
            out.writeInt(progress.chunksDone());
            out.writeLong(progress.rows());
        });
    }

    /** The last transaction before the position, or null before the first. */
    static @Nullable SourceTransaction last(SourceState state, SourceDatabase database) {
        byte[] value = state.entries().get(LAST);
        return value == null
                ? null
                : decode(
                        value,
                        in -> new SourceTransaction(
                                in.readLong(), database.position(readText(in)), Instant.parse(in.readUTF())));
    }

    /** The tables that are replicated, by number. */
    static NavigableMap<Integer, SourceTable> tables(SourceState state, SourceDatabase database) {
        Map<Integer, Relation> relations = new TreeMap<>();
        state.entries().tailMap(RELATION).forEach((name, value) -> {
            if (name.startsWith(RELATION)) {
                relations.put(number(name, RELATION), decodeRelation(value, database));
            }
        });
        NavigableMap<Integer, SourceTable> tables = new TreeMap<>();
        state.entries().tailMap(TABLE).forEach((name, value) -> {
            if (name.startsWith(TABLE)) {
                int number = number(name, TABLE);
                byte[] renewal = state.entries().get(renewal(number));
                tables.put(
                        number,
                        decodeTable(
                                number, value, relations, renewal == null ? null : decodeRenewal(renewal, database)));
            }
        });
        return tables;
    }

    /** The numbers of the relations that are stored. */
    static SortedSet<Integer> relations(SourceState state) {
        SortedSet<Integer> numbers = new TreeSet<>();
        for (String name : state.entries().tailMap(RELATION).keySet()) {
            if (!name.startsWith(RELATION)) {
                break;
            }
            numbers.add(number(name, RELATION));
        }
        return numbers;
    }

    /** The relation with this number, or null when it is not stored. */
    static @Nullable Relation relation(SourceState state, int number, SourceDatabase database) {
        byte[] value = state.entries().get(relation(number));
        return value == null ? null : decodeRelation(value, database);
    }

    /** The progress of the table's copy, or null before it was planned. */
    static @Nullable CopyProgress progress(SourceState state, int table) {
        byte[] value = state.entries().get(planned(table));
        return value == null ? null : decode(value, in -> new CopyProgress(in.readInt(), in.readInt(), in.readLong()));
    }

    /** The estimate of the table's rows, or -1. */
    static long estimate(SourceState state, int table) {
        byte[] value = state.entries().get(estimate(table));
        return value == null ? -1 : Long.parseLong(text(value));
    }

    /** The ranges of the table that are still to be copied, by chunk number. */
    static Map<Integer, ChunkRange> chunks(SourceState state, int table) {
        String prefix = CHUNK + pad(table) + "/";
        Map<Integer, ChunkRange> chunks = new TreeMap<>();
        for (var entry : state.entries().tailMap(prefix).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            chunks.put(number(entry.getKey(), prefix), new ChunkRange(text(entry.getValue())));
        }
        return chunks;
    }

    /** The listed rows, by table number and key. */
    static Map<Integer, Map<RowKey, RoutedBatch.Listing>> listings(SourceState state) {
        Map<Integer, Map<RowKey, RoutedBatch.Listing>> listings = new TreeMap<>();
        state.entries().forEach((name, value) -> {
            if (name.startsWith(INCOMPLETE)) {
                list(listings, name, INCOMPLETE, RoutedBatch.Listing.Incomplete.INCOMPLETE);
            } else if (name.startsWith(DIVERTED)) {
                list(listings, name, DIVERTED, new RoutedBatch.Listing.Diverted(text(value)));
            }
        });
        return listings;
    }

    /** The repair of the table that was asked for and is not done, or null. */
    static @Nullable Repair repair(SourceState state, int table) {
        byte[] value = state.entries().get(repair(table));
        return value == null ? null : Repair.valueOf(text(value));
    }

    /** The names of the tables of which a repair is not done, with what it is. */
    static Map<TableRef, Repair> repairs(SourceState state) {
        Map<TableRef, Repair> repairs = new LinkedHashMap<>();
        for (var entry : state.entries().tailMap(REPAIR).entrySet()) {
            if (!entry.getKey().startsWith(REPAIR)) {
                break;
            }
            byte[] table = state.entries().get(table(number(entry.getKey(), REPAIR)));
            if (table != null) {
                TableRef name = decode(table, in -> new TableRef(in.readUTF(), in.readUTF()));
                repairs.put(name, Repair.valueOf(text(entry.getValue())));
            }
        }
        return repairs;
    }

    private static void list(
            Map<Integer, Map<RowKey, RoutedBatch.Listing>> listings,
            String name,
            String prefix,
            RoutedBatch.Listing listing) {
        int slash = name.indexOf('/', prefix.length());
        int table = Integer.parseInt(name.substring(prefix.length(), slash));
        RowKey key = RowKey.ofBytes(HexFormat.of().parseHex(name.substring(slash + 1)));
        listings.computeIfAbsent(table, t -> new TreeMap<>()).put(key, listing);
    }

    private static Relation decodeRelation(byte[] value, SourceDatabase database) {
        return decode(value, in -> {
            TableRef table = new TableRef(in.readUTF(), in.readUTF());
            List<Column> columns = new ArrayList<>();
            for (int n = in.readInt(); n > 0; n--) {
                columns.add(new Column(in.readUTF(), database.columnType(readText(in))));
            }
            List<Integer> keyColumns = new ArrayList<>();
            for (int n = in.readInt(); n > 0; n--) {
                keyColumns.add(in.readInt());
            }
            return new Relation(table, columns, keyColumns);
        });
    }

    private static Renewal decodeRenewal(byte[] value, SourceDatabase database) {
        return decode(value, in -> {
            boolean gone = in.readBoolean();
            return new Renewal(database.position(readText(in)), gone);
        });
    }

    private static SourceTable decodeTable(
            int number, byte[] value, Map<Integer, Relation> relations, @Nullable Renewal renewal) {
        return decode(value, in -> {
            TableRef table = new TableRef(in.readUTF(), in.readUTF());
            int relation = in.readInt();
            Relation columns = relations.get(relation);
            if (columns == null) {
                throw damaged("table " + table + " names a relation that is not stored", null);
            }
            return new SourceTable(new TableHandle(number, table), relation, columns, readText(in), renewal);
        });
    }

    /** UTF-8 behind its length: unlike {@code writeUTF}, of any length. */
    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text(text);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return text(in.readNBytes(in.readInt()));
    }

    private static int number(String name, String prefix) {
        return Integer.parseInt(name.substring(prefix.length()));
    }

    private static String pad(int number) {
        String digits = Integer.toString(number);
        return "0".repeat(10 - digits.length()) + digits;
    }

    private static byte[] encode(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writer.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static <T> T decode(byte[] value, Reader<T> reader) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            return reader.read(in);
        } catch (IOException e) {
            throw damaged("an entry of the source's state is cut off", e);
        }
    }

    private static SeraiException damaged(String what, @Nullable Throwable cause) {
        return new SeraiException(
                ErrorCode.STORAGE_DAMAGED, what, "the source's state", ErrorCode.STORAGE_DAMAGED.remedy(), cause);
    }

    /** How far the copy of a table is. */
    record CopyProgress(int chunks, int chunksDone, long rows) {
        CopyProgress written(long moreRows) {
            return new CopyProgress(chunks, chunksDone + 1, rows + moreRows);
        }

        CopyProgress withOneMoreChunk() {
            return new CopyProgress(chunks + 1, chunksDone, rows);
        }

        boolean isDone() {
            return chunksDone >= chunks;
        }
    }

    private interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    private interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }
}
