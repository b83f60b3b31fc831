package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.MysqlTypes;
import io.serai.testsupport.MysqlTypes.Case;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MySQL's rows that Debezium has read are those that Serai copies, but for the types that docs/debezium.md lists: no more, and no fewer. */
class MysqlValuesOfEveryTypeIT {
    /** A date that stops Debezium's engine for ever. */
    private static final String NOT_IN_THE_CALENDAR = "'2026-02-31'";

    private static final int STREAMED = 1000;

    @TempDir
    Path folder;

    @Test
    void areTheSameFromTheCopyAndFromTheLogButForThoseThatTheManualLists() throws Exception {
        Map<String, List<Case>> cases = new HashMap<>(MysqlTypes.cases());
        cases.replaceAll((type, values) -> values.stream()
                .filter(value -> !value.literal().equals(NOT_IN_THE_CALENDAR))
                .toList());
        List<String> types = List.copyOf(cases.keySet());
        int rows = cases.values().stream().mapToInt(List::size).max().orElseThrow();
        try (DebeziumTodos<MysqlTestDatabase> todos = DebeziumTodos.mysql(folder);
                Connection connection = todos.database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = 'ALLOW_INVALID_DATES'");
            statement.execute("DROP TABLE todos");
            statement.execute(table(types));
            for (int row = 0; row < rows; row++) {
                statement.execute(insert(cases, types, row));
            }
            todos.run();
            assertThat(todos.stored()).hasSize(rows);

            statement.execute("INSERT INTO todos SELECT id + " + STREAMED + ", " + String.join(", ", columns(types))
                    + " FROM todos");
            List<String> stored = todos.stored();

            assertThat(stored).hasSize(2 * rows);
            assertThat(changed(stored, types)).isEqualTo(listed());
        }
    }

    private static String table(List<String> types) {
        List<String> columns = new ArrayList<>(List.of("id int PRIMARY KEY"));
        for (int i = 0; i < types.size(); i++) {
            columns.add("c" + i + " " + types.get(i));
        }
        return "CREATE TABLE todos (" + String.join(", ", columns) + ")";
    }

    private static List<String> columns(List<String> types) {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            columns.add("c" + i);
        }
        return columns;
    }

    private static String insert(Map<String, List<Case>> cases, List<String> types, int row) {
        List<String> values = new ArrayList<>(List.of(Integer.toString(row)));
        for (String type : types) {
            List<Case> ofType = cases.getOrDefault(type, List.of());
            values.add(row < ofType.size() ? ofType.get(row).literal() : "NULL");
        }
        return "INSERT INTO todos VALUES (" + String.join(", ", values) + ")";
    }

    /** The types of which a row that was streamed has another value than the row that was copied. */
    private static TreeSet<String> changed(List<String> stored, List<String> types) throws Exception {
        Map<Integer, JsonNode> byId = new HashMap<>();
        for (String row : stored) {
            JsonNode parsed = new ObjectMapper().readTree(row);
            byId.put(parsed.get("id").asInt(), parsed);
        }
        TreeSet<String> changed = new TreeSet<>();
        byId.forEach((id, copied) -> {
            JsonNode streamed = byId.get(id + STREAMED);
            for (int i = 0; streamed != null && i < types.size(); i++) {
                JsonNode before = copied.get("c" + i);
                JsonNode after = streamed.get("c" + i);
                if (before == null ? after != null : !before.equals(after)) {
                    changed.add(types.get(i));
                }
            }
        });
        return changed;
    }

    /** The first column of the table under the heading "Values of MySQL". */
    private static TreeSet<String> listed() throws Exception {
        String text = Files.readString(Path.of("docs/debezium.md"));
        String section = text.substring(text.indexOf("\n### Values of MySQL\n"), text.indexOf("\n## Limits\n"));
        TreeSet<String> listed = new TreeSet<>();
        Pattern.compile("\n\\| `([^`]+)` \\|").matcher(section).results().forEach(row -> listed.add(row.group(1)));
        return listed;
    }
}
