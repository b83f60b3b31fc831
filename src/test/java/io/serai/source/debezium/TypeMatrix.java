package io.serai.source.debezium;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table {@code todos} with a column of each type of a database, whose rows are copied first and then streamed under other ids. */
final class TypeMatrix {
    /** A streamed row has the id of the copied one and this. */
    static final int STREAMED = 1000;

    private final List<String> types;
    private final Map<String, List<String>> literals;

    /** @param literals of each type, one for each row */
    TypeMatrix(Map<String, List<String>> literals) {
        this.literals = literals;
        this.types = List.copyOf(literals.keySet());
    }

    /** How many rows are copied. */
    int rows() {
        return literals.values().stream().mapToInt(List::size).max().orElseThrow();
    }

    /** @param idType the type of the key */
    String create(String idType) {
        return IntStream.range(0, types.size())
                .mapToObj(i -> ", c" + i + " " + types.get(i))
                .collect(Collectors.joining("", "CREATE TABLE todos (id " + idType + " PRIMARY KEY", ")"));
    }

    String insert(int row) {
        List<String> values = new ArrayList<>(List.of("'" + row + "'"));
        for (String type : types) {
            List<String> ofType = literals.getOrDefault(type, List.of());
            values.add(row < ofType.size() ? ofType.get(row) : "NULL");
        }
        return "INSERT INTO todos VALUES (" + String.join(", ", values) + ")";
    }

    /** @param id what gives a row the id that it is streamed under */
    String insertStreamed(String id) {
        return IntStream.range(0, types.size())
                .mapToObj(i -> ", c" + i)
                .collect(Collectors.joining("", "INSERT INTO todos SELECT " + id, " FROM todos"));
    }

    /** The types of which a row that was streamed has another value than the row that was copied. */
    TreeSet<String> changed(List<String> stored) throws Exception {
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

    /** The first column of the table in docs/debezium.md under the heading "Values of …". */
    static TreeSet<String> listed(String database) throws Exception {
        String text = Files.readString(Path.of("docs/debezium.md"));
        String section = text.substring(text.indexOf("\n### Values of " + database + "\n") + 1)
                .split("\n##", 2)[0];
        TreeSet<String> listed = new TreeSet<>();
        Pattern.compile("\n\\| `([^`]+)` \\|").matcher(section).results().forEach(row -> listed.add(row.group(1)));
        return listed;
    }
}
