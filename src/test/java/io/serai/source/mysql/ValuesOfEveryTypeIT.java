package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Column;
import io.serai.change.Row;
import io.serai.change.RowImage;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import io.serai.source.SourceTable;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.MysqlTypes;
import io.serai.testsupport.MysqlTypes.Case;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whichever way a value comes, it is the same, and it is what spec.md, section 14.3, says. */
class ValuesOfEveryTypeIT {
    private static final Map<String, List<Case>> CASES = MysqlTypes.cases();

    @Test
    void isTheSameFromTheLogAndFromACopyAndWhatTheServerMeans() throws Exception {
        try (var database = MysqlServer.shared().createDatabase();
                LoggedRows rows = new LoggedRows(database)) {
            StringBuilder create = new StringBuilder("CREATE TABLE t (id int PRIMARY KEY");
            StringBuilder wide = new StringBuilder();
            int number = 0;
            int most = 0;
            for (Map.Entry<String, List<Case>> type : CASES.entrySet()) {
                create.append(", c").append(number++).append(' ').append(type.getKey());
                most = Math.max(most, type.getValue().size());
            }
            database.execute(create.append(")").toString());
            rows.prepare();
            List<List<String>> expected = new ArrayList<>();
            try (Connection connection = database.connection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SET sql_mode = 'ALLOW_INVALID_DATES'");
                for (int i = 0; i <= most; i++) {
                    wide.setLength(0);
                    wide.append("INSERT INTO t VALUES (").append(i);
                    List<String> values = new ArrayList<>(List.of("INTEGER " + i));
                    for (List<Case> cases : CASES.values()) {
                        Case each = i < cases.size() ? cases.get(i) : new Case("NULL", "NULL");
                        wide.append(", ").append(each.literal());
                        values.add(each.value());
                    }
                    statement.execute(wide.append(")").toString());
                    expected.add(values);
                }
            }
            int json = new ArrayList<>(CASES.keySet()).indexOf("json") + 1;
            List<List<String>> printed = database.query("SELECT c" + (json - 1) + " FROM t ORDER BY id").stream()
                    .map(row -> List.of(row.get(0) == null ? "NULL" : "TEXT " + row.get(0)))
                    .toList();
            for (int i = 0; i < expected.size(); i++) {
                expected.get(i).set(json, printed.get(i).get(0));
            }

            SourceTable table = rows.table("t");
            List<byte[]> logged = rows.logged();
            List<byte[]> copied = rows.copied("t");

            assertThat(texts(table, logged)).isEqualTo(expected);
            assertThat(texts(table, copied)).isEqualTo(expected);
            assertThat(copied.stream().map(HexFormat.of()::formatHex))
                    .containsExactlyElementsOf(
                            logged.stream().map(HexFormat.of()::formatHex).toList());
            for (Column column : table.relation().columns()) {
                assertThat(MysqlType.parse(column.type().encoded())).isEqualTo(column.type());
            }
        }
    }

    /** More rows than a page has: where one ends, the next begins behind its last key. */
    @Test
    void keysThatAreLargeNumbersAreReadInPages() throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase();
                LoggedRows rows = new LoggedRows(database)) {
            database.execute(
                    "CREATE TABLE d (id double PRIMARY KEY)",
                    "CREATE TABLE f (id float PRIMARY KEY)",
                    "INSERT INTO d WITH RECURSIVE g AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM g WHERE n < 500)"
                            + " SELECT n * 1e20 FROM g",
                    "INSERT INTO f WITH RECURSIVE g AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM g WHERE n < 500)"
                            + " SELECT n * 1e9 FROM g");
            rows.prepare();

            assertThat(rows.copied("d")).hasSize(500);
            assertThat(rows.copied("f")).hasSize(500);
        }
    }

    private static List<List<String>> texts(SourceTable table, List<byte[]> images) {
        List<List<String>> texts = new ArrayList<>();
        for (byte[] image : images) {
            Row row = new RowImage(table.relation(), image).row();
            List<String> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                values.add(text(row.value(i).plain(ValueFormat.CURRENT)));
            }
            texts.add(values);
        }
        return texts;
    }

    private static String text(Value value) {
        return switch (value) {
            case Value.NullValue ignored -> "NULL";
            case Value.IntegerValue integer -> "INTEGER " + integer.value();
            case Value.RealValue real -> "REAL " + real.value();
            case Value.TextValue text -> "TEXT " + text.value();
            case Value.BlobValue blob -> "BLOB " + HexFormat.of().formatHex(blob.value());
            case Value.EditionValue ignored -> throw new IllegalStateException("not plain");
        };
    }
}
