package io.serai.route;

import io.serai.change.Column;
import io.serai.change.ColumnType;
import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import io.serai.change.Relation;
import io.serai.change.Row;
import io.serai.change.RowChange;
import io.serai.change.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Makes a row of a body that a route's steps set: a map, or the text of a JSON object. A column that looks as {@link RowView} showed it keeps its
 * value, kind and edition-dependent form included; others become plain values; those that are missing are absent from the row. Thread-safe.
 */
final class RowRewriter {
    private static final int MAX_SHAPES = 512;

    /** Relations of rows that lack columns or have further ones, so that equal shapes share one. */
    private final Map<Shape, Relation> relations = new ConcurrentHashMap<>();

    /** The row that {@code body} makes of {@code own}. */
    Row rewrite(Row own, @Nullable Object body, Exchange exchange) throws NotARowException {
        return switch (body) {
            case null -> throw new NotARowException("The route left no body");
            case Map<?, ?> map -> assemble(own, new MapColumns(byName(map)));
            case RowChange ignored -> throw new NotARowException("The route left another change as the body");
            case EvaluatedChange ignored -> throw new NotARowException("The route evaluated the change twice");
            default -> assemble(own, new JsonColumns(members(body, exchange)));
        };
    }

    private Row assemble(Row own, Columns given) throws NotARowException {
        List<Column> columns = new ArrayList<>(given.names().size());
        List<Value> values = new ArrayList<>(given.names().size());
        for (int i = 0; i < own.size(); i++) {
            Column column = own.relation().columns().get(i);
            if (given.names().contains(column.name())) {
                columns.add(column);
                values.add(given.value(column.name(), own.value(i)));
            }
        }
        boolean isWhole = columns.size() == own.size();
        if (columns.size() < given.names().size()) {
            isWhole = false;
            for (String name : given.names()) {
                if (own.relation().indexOf(name) < 0) {
                    columns.add(new Column(name, AddedType.ADDED));
                    values.add(given.value(name, null));
                }
            }
        }
        return new Row(isWhole ? own.relation() : relation(own, columns), values.toArray(Value[]::new));
    }

    private Relation relation(Row own, List<Column> columns) {
        if (relations.size() >= MAX_SHAPES) {
            relations.clear();
        }
        return relations.computeIfAbsent(
                new Shape(own.relation(), columns),
                shape -> new Relation(own.relation().table(), columns, List.of()));
    }

    private static Map<String, @Nullable Object> byName(Map<?, ?> map) throws NotARowException {
        for (Object key : map.keySet()) {
            if (!(key instanceof String)) {
                throw new NotARowException("The map that the route left has a key that is no column name");
            }
        }
        @SuppressWarnings("unchecked") // each key was looked at
        Map<String, @Nullable Object> byName = (Map<String, @Nullable Object>) map;
        return byName;
    }

    private static Map<String, Json> members(Object body, Exchange exchange) throws NotARowException {
        String text = exchange.getContext().getTypeConverter().tryConvertTo(String.class, exchange, body);
        Json json;
        try {
            json = JsonReader.read(text == null ? "" : text);
        } catch (JsonSyntaxException e) {
            throw new NotARowException("The route left a body of type "
                    + body.getClass().getName() + " that is neither a map nor JSON text: " + e.getMessage());
        }
        if (!(json instanceof Json.Object object)) {
            throw new NotARowException("The JSON text that the route left is no object");
        }
        Map<String, Json> members =
                LinkedHashMap.newLinkedHashMap(object.members().size());
        object.members().forEach(member -> members.put(member.name(), member.value()));
        return members;
    }

    /** The columns that a body gives. */
    private sealed interface Columns {
        Set<String> names();

        /** The value of a column; {@code own} is what the source's row has there, null for a further column. */
        Value value(String name, @Nullable Value own) throws NotARowException;
    }

    private record MapColumns(Map<String, @Nullable Object> map) implements Columns {
        @Override
        public Set<String> names() {
            return map.keySet();
        }

        @Override
        public Value value(String name, @Nullable Value own) throws NotARowException {
            Object given = map.get(name);
            if (own != null && JavaValues.isSame(RowView.java(own), given)) {
                return own;
            }
            return JavaValues.value(name, given);
        }
    }

    private record JsonColumns(Map<String, Json> members) implements Columns {
        @Override
        public Set<String> names() {
            return members.keySet();
        }

        @Override
        public Value value(String name, @Nullable Value own) {
            Value given = members.getOrDefault(name, Json.Literal.NULL).toValue();
            return own != null && RowView.jsonValue(own).equals(given) ? own : given;
        }
    }

    /** What tells a row's relation from others: the source's relation and the columns that the route left. */
    private record Shape(Relation own, List<Column> columns) {}

    /** The type of a column that the route added; its values are made, never decoded. */
    private enum AddedType implements ColumnType {
        ADDED;

        @Override
        public Value decode(byte[] bytes) {
            return Value.of(new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public String encoded() {
            return "added";
        }
    }
}
