package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Column;
import io.serai.change.Row;
import io.serai.change.RowImage;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import io.serai.source.SourceTable;
import io.serai.testsupport.PostgresTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whatever a database sets, and whichever way a value comes, it is the same. */
class ValuesOfEveryTypeIT {
    private static final Map<String, List<String>> LITERALS = PostgresTypes.literals();

    private static final int ROWS = 7;

    @Test
    void areTheSameFromTheCopyAndFromTheLog() throws Exception {
        try (ReplicatedDatabase database = prepared()) {
            SourceTable table = database.table("everything");
            insert(database, 0);
            database.sql()
                    .execute("SET default_transaction_read_only = off", "UPDATE everything SET touched = touched + 1");

            RecordedLog log = database.readLog(database.from());
            List<byte[]> copied = database.copy(table, 1 << 20, 1 << 20);

            assertThat(log.images()).hasSize(2 * ROWS);
            List<byte[]> updated = log.images().subList(ROWS, 2 * ROWS);
            assertThat(copied).hasSize(ROWS);
            for (int row = 0; row < ROWS; row++) {
                assertThat(copied.get(row)).as("row " + row).isEqualTo(updated.get(row));
                assertThat(withoutFirstColumns(table, copied.get(row)))
                        .as("row " + row)
                        .isEqualTo(withoutFirstColumns(table, log.images().get(row)));
            }
        }
    }

    @Test
    void areReadByKeyOfEveryTypeThatCanBeOne() throws Exception {
        try (ReplicatedDatabase database = ReplicatedDatabase.with(
                        "CREATE TYPE mood AS ENUM ('sad', 'glad')",
                        "CREATE TABLE keyed (b bit(3), d numeric(10,2), m mood, t text, u uuid, at timestamptz, y bytea, f float8, c char(5),"
                                + " a int4[], r int4range, i inet, payload int, PRIMARY KEY (b, d, m, t, u, at, y, f, c, a, r, i))",
                        "INSERT INTO keyed SELECT B'101', 1.50, 'glad', E'\\\\ '' \" \\n', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',"
                                + " '2024-02-29 12:00:00.5+02', '\\x0027', 0.1, 'x', '{1,NULL}', '[1,2)', '10.0.0.1/8', n"
                                + " FROM generate_series(1, 1) n",
                        "INSERT INTO keyed SELECT B'001', n, 'sad', '', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',"
                                + " '2024-02-29 12:00:00', '', n, '', '{}', 'empty', '::1', n FROM generate_series(1, 5) n")
                .prepare()) {
            SourceTable table = database.table("keyed");
            List<byte[]> copied = database.copy(table, 1 << 20, 1 << 20);
            List<byte[]> byKey = new ArrayList<>();

            database.copies().read(table, ReplicatedDatabase.keys(table, copied), database.delivered, byKey::add);

            assertThat(byKey).hasSize(6).containsExactlyInAnyOrderElementsOf(copied);
        }
    }

    @Test
    void areDecodedAsTheSpecificationSays() throws Exception {
        try (ReplicatedDatabase database = prepared()) {
            SourceTable table = database.table("everything");
            insert(database, 0);

            List<byte[]> copied = database.copy(table, 1 << 20, 1 << 20);

            Row first = new RowImage(table.relation(), copied.get(0)).row();
            Row second = new RowImage(table.relation(), copied.get(1)).row();
            assertThat(plain(first, "t_bool")).isEqualTo(Value.of(1));
            assertThat(plain(first, "t_bytea")).isEqualTo(new Value.BlobValue(new byte[0]));
            assertThat(plain(second, "t_bytea")).isEqualTo(new Value.BlobValue(new byte[] {0, -1, 0x5c, 0x5c}));
            assertThat(text(second, "t_text")).isEqualTo("tab\t nl\n cr\r bs\\ bell\b ff\f vt\u000b");
            assertThat(text(first, "t_char_5_")).isEqualTo("pad  ");
            assertThat(text(first, "t_timestamp")).isEqualTo("9999-12-31T23:59:59.000000");
            assertThat(text(first, "t_date")).isEqualTo("9999-12-31");
            assertThat(text(first, "t_interval")).isEqualTo("1 year -2 days +03:04:05.678");
            assertThat(text(first, "t_mood")).isEqualTo("sad");
            assertThat(plain(first, "t_posint")).isEqualTo(Value.of(7));
            assertThat(text(first, "t_moment")).isEqualTo("2024-02-29T12:00:00.000000");
            assertThat(text(first, "t_address"))
                    .isEqualTo(
                            "{\"street\":\"a \\\"q\\\" \\\\ , (b)\",\"no\":null,\"ok\":1,\"at\":\"2024-01-01T00:00:00.000000\"}");
            assertThat(text(second, "t_address")).isEqualTo("{\"street\":\"\",\"no\":1,\"ok\":0,\"at\":null}");
            assertThat(text(first, "t_nested"))
                    .isEqualTo("{\"inner\":{\"street\":\"x\",\"no\":1,\"ok\":null,\"at\":null},\"tags\":[\"a\",null],"
                            + "\"r\":{\"lower\":1,\"upper\":5,\"lower_exclusive\":0,\"upper_exclusive\":1}}");
            assertThat(text(first, "t_textrange"))
                    .isEqualTo("{\"lower\":\"a,b\",\"upper\":\"c\\\"]\",\"lower_exclusive\":0,\"upper_exclusive\":0}");
            assertThat(text(first, "t_tstzrange"))
                    .isEqualTo("{\"lower\":\"2023-12-31T22:00:00.000000Z\",\"upper\":\"9999-12-31T23:59:59.000000Z\","
                            + "\"lower_exclusive\":0,\"upper_exclusive\":1}");
            assertThat(text(first, "t_int4__")).isEqualTo("[[1,2],[3,null]]");
            assertThat(text(second, "t_int4__")).isEqualTo("[7,8]");
            assertThat(text(first, "t_text__"))
                    .isEqualTo("[\"a,b\",\"NULL\",\"\",\"q\\\"\\\\\",null,\" sp \",\"ž{}\"]");
            assertThat(text(first, "t_float8__")).isEqualTo("[1.0,0.5,null,null]");
            assertThat(text(first, "t_jsonb__")).isEqualTo("[{\"a\": [1, 2]},null]");
            assertThat(text(first, "t_box__")).isEqualTo("[\"(1,1),(0,0)\",\"(3,3),(2,2)\"]");
            assertThat(text(first, "t_mood__")).isEqualTo("[\"sad\",\"we ird, \\\"one\\\"\",null]");
            assertThat(text(first, "t_int4range__"))
                    .isEqualTo("[{\"lower\":1,\"upper\":2,\"lower_exclusive\":0,\"upper_exclusive\":1},\"empty\"]");
            assertThat(text(first, "t_address__"))
                    .isEqualTo("[{\"street\":\"a,b\",\"no\":1,\"ok\":1,\"at\":null},null]");
            assertThat(text(first, "t_pg_lsn")).isEqualTo("00000000/016B3748");
            assertThat(first.value(table.relation().indexOf("t_address")).plain(ValueFormat.LEGACY))
                    .isEqualTo(Value.of("(\"a \"\"q\"\" \\\\ , (b)\",,t,\"2024-01-01 00:00:00\")"));
        }
    }

    @Test
    void haveTypesThatAreBuiltAgainFromTheirText() throws Exception {
        try (ReplicatedDatabase database = prepared()) {
            for (Column column : database.table("everything").relation().columns()) {
                assertThat(database.source.columnType(column.type().encoded()))
                        .as(column.name())
                        .isEqualTo(column.type());
            }
        }
    }

    private static ReplicatedDatabase prepared() throws Exception {
        StringBuilder columns = new StringBuilder("id int PRIMARY KEY, touched int");
        LITERALS.keySet()
                .forEach(type ->
                        columns.append(", ").append(column(type)).append(' ').append(type));
        ReplicatedDatabase database = ReplicatedDatabase.with(PostgresTypes.definitions());
        database.sql()
                .execute("CREATE TABLE everything (" + columns + ")", "CREATE PUBLICATION powersync FOR ALL TABLES");
        String name = database.sql().name();
        database.sql()
                .execute(
                        "ALTER DATABASE " + name + " SET DateStyle = 'German'",
                        "ALTER DATABASE " + name + " SET IntervalStyle = 'iso_8601'",
                        "ALTER DATABASE " + name + " SET TimeZone = 'America/St_Johns'",
                        "ALTER DATABASE " + name + " SET bytea_output = 'escape'",
                        "ALTER DATABASE " + name + " SET extra_float_digits = -5",
                        "ALTER DATABASE " + name + " SET default_transaction_read_only = on",
                        "ALTER DATABASE " + name + " SET xmloption = 'document'");
        return database.prepareSlot();
    }

    private static void insert(ReplicatedDatabase database, int touched) {
        List<String> rows = new ArrayList<>();
        for (int row = 0; row < ROWS; row++) {
            StringBuilder values = new StringBuilder(row + ", " + touched);
            for (List<String> literals : LITERALS.values()) {
                values.append(", ").append(row < literals.size() ? literals.get(row) : "NULL");
            }
            rows.add("(" + values + ")");
        }
        for (String row : rows) {
            database.sql()
                    .execute(
                            "SET default_transaction_read_only = off",
                            "SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET lc_monetary = 'C'; SET xmloption = 'content'",
                            "INSERT INTO everything VALUES " + row);
        }
    }

    private static byte[] withoutFirstColumns(SourceTable table, byte[] image) {
        String words = RecordedLog.words(table.relation(), image);
        int second = words.indexOf('|', words.indexOf('|') + 1);
        return words.substring(second).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private static Value plain(Row row, String column) {
        return row.value(row.relation().indexOf(column)).plain(ValueFormat.CURRENT);
    }

    private static String text(Row row, String column) {
        return ((Value.TextValue) plain(row, column)).value();
    }

    private static String column(String type) {
        return "t_" + type.replaceAll("[^a-z0-9]", "_");
    }
}
