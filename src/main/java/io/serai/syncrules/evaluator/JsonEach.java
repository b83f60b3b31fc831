package io.serai.syncrules.evaluator;

import io.serai.change.Json;
import io.serai.change.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@code json_each} in FROM. Immutable.
 *
 * @param source the number by which {@link Expression.Element} names it
 * @param nullIsText whether a document that is {@code null} gives the text {@code null}, as it does without {@code fixed_json_extract}
 */
public record JsonEach(int source, Expression input, boolean nullIsText) {
    /** One in which {@code null} is NULL. */
    public JsonEach(int source, Expression input) {
        this(source, input, false);
    }

    /** A row that it makes. */
    record Row(Value key, Value value) {}

    /**
     * The rows of an input: none for NULL, one per element or member, one with a NULL key for a scalar.
     *
     * @throws EvaluationException when the input is not a TEXT that holds JSON
     */
    List<Row> rows(Value input) {
        if (input == Value.NULL) {
            return List.of();
        }
        if (!(input instanceof Value.TextValue text)) {
            throw new EvaluationException("json_each needs JSON text");
        }
        List<Row> rows = new ArrayList<>();
        switch (JsonDocuments.read(text.value())) {
            case Json.Array array -> {
                for (Json element : array.elements()) {
                    rows.add(new Row(Value.of(rows.size()), JsonDocuments.throughDouble(element)));
                }
            }
            case Json.Object object ->
                object.members()
                        .forEach(member -> rows.add(
                                new Row(Value.of(member.name()), JsonDocuments.throughDouble(member.value()))));
            case Json.Literal literal
            when literal == Json.Literal.NULL && nullIsText -> rows.add(new Row(Value.NULL, Value.of("null")));
            case Json scalar -> rows.add(new Row(Value.NULL, JsonDocuments.throughDouble(scalar)));
        }
        return rows;
    }
}
