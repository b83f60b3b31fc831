package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serai.testsupport.PostgresTypes;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that Debezium has read are those that Serai copies, but for the types that docs/debezium.md lists: no more, and no fewer. */
class ValuesOfEveryTypeIT {
    /** Two types of one name stop Debezium's engine for ever. */
    private static final String TWIN = "other.mood";

    /** A value that stops it. */
    private static final String OFFSET_WITH_SECONDS = "'00:00:00+15:59:59'";

    private static final int STREAMED = 1000;

    @TempDir
    Path folder;

    @Test
    void areTheSameFromTheCopyAndFromTheLogButForThoseThatTheManualLists() throws Exception {
        Map<String, List<String>> literals = new HashMap<>(PostgresTypes.literals());
        literals.remove(TWIN);
        literals.replaceAll((type, values) -> values.stream()
                .filter(value -> !value.equals(OFFSET_WITH_SECONDS))
                .toList());
        List<String> types = List.copyOf(literals.keySet());
        try (DebeziumTodos<TestDatabase> todos = DebeziumTodos.postgres(folder)) {
            todos.database.execute(PostgresTypes.definitions());
            todos.database.execute("DROP TYPE " + TWIN, "DROP TABLE todos", table(types));
            int rows = literals.values().stream().mapToInt(List::size).max().orElseThrow();
            insert(todos, literals, types, rows);
            todos.run();
            assertThat(todos.stored()).hasSize(rows);

            todos.database.execute("INSERT INTO todos SELECT (id::int + " + STREAMED + ")::text, "
                    + String.join(", ", columns(types)) + " FROM todos");
            List<String> stored = todos.stored();

            assertThat(stored).hasSize(2 * rows);
            assertThat(changed(stored, types)).isEqualTo(listed());
        }
    }

    private static String table(List<String> types) {
        List<String> columns = new ArrayList<>(List.of("id text PRIMARY KEY"));
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

    private static void insert(
            DebeziumTodos<TestDatabase> todos, Map<String, List<String>> literals, List<String> types, int rows) {
        for (int row = 0; row < rows; row++) {
            List<String> values = new ArrayList<>(List.of("'" + row + "'"));
            for (String type : types) {
                List<String> ofType = literals.getOrDefault(type, List.of());
                values.add(row < ofType.size() ? ofType.get(row) : "NULL");
            }
            todos.database.execute("INSERT INTO todos VALUES (" + String.join(", ", values) + ")");
        }
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

    /** The first column of the table under the heading "Values of Postgres". */
    private static TreeSet<String> listed() throws Exception {
        String text = Files.readString(Path.of("docs/debezium.md"));
        String section =
                text.substring(text.indexOf("\n### Values of Postgres\n"), text.indexOf("\n### Values of MySQL\n"));
        TreeSet<String> listed = new TreeSet<>();
        Pattern.compile("\n\\| `([^`]+)` \\|").matcher(section).results().forEach(row -> listed.add(row.group(1)));
        return listed;
    }
}
