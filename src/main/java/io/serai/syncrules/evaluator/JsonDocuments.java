package io.serai.syncrules.evaluator;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import io.serai.change.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads JSON out of values, with members in the order that JavaScript gives them: array indexes first, ascending, then as written. */
final class JsonDocuments {
    private static final long MAX_ARRAY_INDEX = (1L << 32) - 2;

    private JsonDocuments() {}

    /**
     * The document in the text of a value.
     *
     * @throws EvaluationException when it is not JSON
     */
    static Json read(Value value) {
        return read(Conversions.text(value));
    }

    /** As above, of a text. */
    static Json read(String text) {
        try {
            return ordered(JsonReader.read(text));
        } catch (JsonSyntaxException e) {
            throw new EvaluationException("a text is not JSON");
        }
    }

    /**
     * The elements of a JSON array in a TEXT.
     *
     * @throws EvaluationException when the value is something else
     */
    static List<Json> elements(Value value) {
        if (!(value instanceof Value.TextValue text)) {
            throw new EvaluationException("a JSON array is needed, not another kind of value");
        }
        if (!(read(text.value()) instanceof Json.Array array)) {
            throw new EvaluationException("a JSON array is needed, not another JSON value");
        }
        return array.elements();
    }

    /** A document as a value; an integer loses what a double does not hold. */
    static Value throughDouble(Json json) {
        if (!(json instanceof Json.IntegerNumber number)) {
            return json.toValue();
        }
        double rounded = number.value().doubleValue();
        return rounded >= -0x1p63 && rounded < 0x1p63 ? Value.of((long) rounded) : Value.of(rounded);
    }

    private static Json ordered(Json json) {
        return switch (json) {
            case Json.Array array
            when array.elements().stream().anyMatch(JsonDocuments::isNested) ->
                new Json.Array(
                        array.elements().stream().map(JsonDocuments::ordered).toList());
            case Json.Object object -> ordered(object);
            default -> json;
        };
    }

    private static Json ordered(Json.Object object) {
        List<Json.Member> indexes = new ArrayList<>();
        List<Json.Member> others = new ArrayList<>();
        for (Json.Member member : object.members()) {
            Json.Member mine =
                    isNested(member.value()) ? new Json.Member(member.name(), ordered(member.value())) : member;
            (isArrayIndex(member.name()) ? indexes : others).add(mine);
        }
        indexes.sort(Comparator.comparingLong(member -> Long.parseLong(member.name())));
        indexes.addAll(others);
        return new Json.Object(indexes);
    }

    private static boolean isNested(Json json) {
        return json instanceof Json.Array || json instanceof Json.Object;
    }

    /** Whether a text is an array's index in decimal digits, without leading zeros. */
    static boolean isArrayIndex(String text) {
        if (text.isEmpty() || text.length() > 10 || (text.charAt(0) == '0' && text.length() > 1)) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return Long.parseLong(text) <= MAX_ARRAY_INDEX;
    }
}
