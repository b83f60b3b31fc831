package io.serai.syncrules.cases;

import io.serai.change.Column;
import io.serai.change.ColumnType;
import io.serai.change.Json;
import io.serai.change.NumberText;
import io.serai.change.Relation;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Values as cases write them: {@code null}, {@code {"int":"1"}}, {@code {"real":"1.5"}}, {@code {"text":"…"}}, {@code {"blob":"<hex>"}}. */
final class TypedValues {
    /** The type of columns whose values are already decoded. */
    private static final ColumnType DECODED = new ColumnType() {
        @Override
        public Value decode(byte[] bytes) {
            throw new UnsupportedOperationException("the values of a case are decoded");
        }

        @Override
        public String encoded() {
            return "";
        }
    };

    private TypedValues() {}

    static Value value(Json json) {
        if (json == Json.Literal.NULL) {
            return Value.NULL;
        }
        if (json instanceof Json.Object object
                && object.members().size() == 1
                && object.members().getFirst().value() instanceof Json.Text text) {
            return switch (object.members().getFirst().name()) {
                case "int" -> integer(text.value());
                case "real" -> Value.of(Double.parseDouble(text.value()));
                case "text" -> Value.of(text.value());
                case "blob" -> new Value.BlobValue(HexFormat.of().parseHex(text.value()));
                default -> throw new IllegalArgumentException("unknown kind of value: " + json.text());
            };
        }
        throw new IllegalArgumentException("not a value: " + json.text());
    }

    private static Value integer(String digits) {
        try {
            return Value.of(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            return Value.of(Double.parseDouble(digits));
        }
    }

    static Json json(Value value) {
        return switch (value) {
            case Value.NullValue ignored -> Json.Literal.NULL;
            case Value.IntegerValue integer -> typed("int", Long.toString(integer.value()));
            case Value.RealValue real -> typed("real", realText(real.value()));
            case Value.TextValue text -> typed("text", text.value());
            case Value.BlobValue blob -> typed("blob", HexFormat.of().formatHex(blob.value()));
            case Value.EditionValue ignored -> throw new IllegalArgumentException("the value depends on the edition");
        };
    }

    private static Json typed(String kind, String text) {
        return new Json.Object(List.of(new Json.Member(kind, new Json.Text(text))));
    }

    private static String realText(double value) {
        if (!Double.isFinite(value)) {
            return NumberText.of(value);
        }
        return value == 0 && Double.doubleToRawLongBits(value) != 0 ? "-0.0" : NumberText.json(value);
    }

    static Row row(TableRef table, Json.Object members) {
        List<Column> columns = new ArrayList<>();
        List<Value> values = new ArrayList<>();
        for (Json.Member member : members.members()) {
            columns.add(new Column(member.name(), DECODED));
            values.add(value(member.value()));
        }
        return new Row(new Relation(table, columns, List.of()), values.toArray(Value[]::new));
    }
}
