package io.serai.source.mysql;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import java.util.ArrayList;
import java.util.List;

/** Applies the differences that a partial update of a JSON column has ({@code binlog_row_value_options=PARTIAL_JSON}). */
final class JsonDiff {
    private static final int REPLACE = 0;
    private static final int INSERT = 1;
    private static final int REMOVE = 2;

    private JsonDiff() {}

    /** Changes {@code document} as {@code length} bytes say, and answers it. */
    static JsonDocument apply(JsonDocument document, ByteReader in, int length) {
        JsonDocument changed = document;
        int end = in.position() + length;
        while (in.position() < end) {
            int operation = in.u8();
            List<Object> path = path(in.text(in.packedInt()));
            JsonDocument value = new JsonDocument.Scalar("null");
            if (operation != REMOVE) {
                int size = in.packedInt();
                value = JsonDocument.read(in.array(), in.position(), size);
                in.skip(size);
            }
            if (path.isEmpty()) {
                changed = value;
            } else {
                change(changed, path, operation, value);
            }
        }
        return changed;
    }

    private static void change(JsonDocument root, List<Object> path, int operation, JsonDocument value) {
        JsonDocument parent = root;
        for (Object leg : path.subList(0, path.size() - 1)) {
            parent = child(parent, leg);
        }
        Object last = path.get(path.size() - 1);
        switch (parent) {
            case JsonDocument.Members members
            when operation == REMOVE -> members.map().remove((String) last);
            case JsonDocument.Members members -> members.map().put((String) last, value);
            case JsonDocument.Elements elements -> {
                int index = (int) last;
                switch (operation) {
                    case REPLACE -> elements.list().set(index, value);
                    case INSERT ->
                        elements.list().add(Math.min(index, elements.list().size()), value);
                    default -> elements.list().remove(index);
                }
            }
            case JsonDocument.Scalar scalar -> throw new IllegalStateException("a path leads into a scalar");
        }
    }

    private static JsonDocument child(JsonDocument parent, Object leg) {
        JsonDocument child = switch (parent) {
            case JsonDocument.Members members -> members.map().get((String) leg);
            case JsonDocument.Elements elements -> elements.list().get((int) leg);
            case JsonDocument.Scalar scalar -> null;
        };
        if (child == null) {
            throw new IllegalStateException("a path leads nowhere");
        }
        return child;
    }

    /** The legs of a path such as {@code $.a[3]."b c"}: names as texts, places as integers. */
    private static List<Object> path(String path) {
        List<Object> legs = new ArrayList<>();
        int at = 1;
        while (at < path.length()) {
            if (path.charAt(at) == '[') {
                int end = path.indexOf(']', at);
                legs.add(Integer.valueOf(path.substring(at + 1, end)));
                at = end + 1;
            } else if (path.charAt(at + 1) == '"') {
                int end = at + 2;
                while (path.charAt(end) != '"') {
                    end += path.charAt(end) == '\\' ? 2 : 1;
                }
                legs.add(((Json.Text) JsonReader.read(path.substring(at + 1, end + 1))).value());
                at = end + 1;
            } else {
                int end = at + 1;
                while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
                    end++;
                }
                legs.add(path.substring(at + 1, end));
                at = end;
            }
        }
        return legs;
    }
}
