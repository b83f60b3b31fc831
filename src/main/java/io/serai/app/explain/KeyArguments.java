package io.serai.app.explain;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import io.serai.change.Relation;
import io.serai.change.RowKey;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A row's key as a person writes it: a value for each column, or one JSON array where the key has several columns. */
final class KeyArguments {
    private KeyArguments() {}

    /**
     * The values in key order.
     *
     * @throws SeraiException {@code COMMAND_KEY_WRONG} when there are more or fewer than columns
     */
    static List<String> values(List<String> arguments, Relation relation) {
        int columns = relation.keyColumns().size();
        List<String> values = columns > 1 && arguments.size() == 1 ? elements(arguments.getFirst()) : arguments;
        if (values.size() != columns) {
            throw wrong(values.size(), relation);
        }
        return values;
    }

    /** The key with these values. */
    static RowKey key(List<String> values) {
        return RowKey.of(values.stream()
                .map(value -> value.getBytes(StandardCharsets.UTF_8))
                .toList());
    }

    /** The values by column. */
    static Json.Object named(List<String> values, Relation relation) {
        List<Json.Member> members = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            members.add(new Json.Member(column(relation, i), new Json.Text(values.get(i))));
        }
        return new Json.Object(members);
    }

    private static List<String> elements(String argument) {
        try {
            return JsonReader.read(argument) instanceof Json.Array array
                    ? array.elements().stream().map(KeyArguments::text).toList()
                    : List.of(argument);
        } catch (JsonSyntaxException e) {
            return List.of(argument);
        }
    }

    private static String text(Json element) {
        return element instanceof Json.Text text ? text.value() : element.text();
    }

    private static String column(Relation relation, int index) {
        return relation.columns().get(relation.keyColumns().get(index)).name();
    }

    private static SeraiException wrong(int given, Relation relation) {
        int columns = relation.keyColumns().size();
        String names = relation.keyColumns().stream()
                .map(index -> relation.columns().get(index).name())
                .collect(Collectors.joining(", "));
        return new SeraiException(
                ErrorCode.COMMAND_KEY_WRONG,
                "The key has " + columns + (columns == 1 ? " column, " : " columns, ") + given
                        + (given == 1 ? " value was given" : " values were given"),
                "table " + relation.table(),
                columns == 0
                        ? "A table without a key cannot be asked for a row."
                        : "Give a value for each of: " + names + ".");
    }
}
