package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.NumberText;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import io.serai.testsupport.SharedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The values that PowerSync's service makes of Postgres' text forms ({@code sync-rules/cases.json}, category {@code types}). */
class TypeCasesTest {
    @ParameterizedTest
    @MethodSource("cases")
    void decodesAsPowerSyncDoes(Case example) {
        Value value = example.type.decode(example.wire.getBytes(StandardCharsets.UTF_8));

        assertThat(typed(value.plain(example.format))).isEqualTo(example.expected);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decodesAlikeWhenTheTypeIsBuiltFromItsText(Case example) {
        assertThat(TypeText.parse(example.type.encoded())).isEqualTo(example.type);
    }

    static Stream<Case> cases() throws IOException {
        String text = Files.readString(SharedFiles.file("sync-rules/cases.json"));
        return elements(member(JsonReader.read(text), "cases")).stream()
                .filter(each -> text(each, "category").equals("types")
                        && text(each, "source").equals("postgres"))
                .flatMap(TypeCasesTest::cases);
    }

    private static Stream<Case> cases(Json example) {
        PostgresType type =
                new CaseTypes(((Json.Object) example).get("customTypes")).type(number(member(example, "oid")));
        String wire = text(example, "wire");
        return ((Json.Object) member(example, "expected"))
                .members().stream()
                        .flatMap(expected -> formats(expected.name())
                                .map(format -> new Case(
                                        text(example, "id") + " " + expected.name(),
                                        type,
                                        wire,
                                        format,
                                        expected(member(expected.value(), "value")))));
    }

    private static Stream<ValueFormat> formats(String context) {
        return switch (context) {
            case "all" -> Stream.of(ValueFormat.LEGACY, ValueFormat.CURRENT);
            case "legacy" -> Stream.of(ValueFormat.LEGACY);
            case "edition3" -> Stream.of(ValueFormat.CURRENT);
            case "edition3_seconds" -> Stream.of(new ValueFormat(true, 0, true));
            case "edition3_milliseconds" -> Stream.of(new ValueFormat(true, 3, true));
            case "edition3_microseconds" -> Stream.of(new ValueFormat(true, 6, true));
            case "edition3_nanoseconds" -> Stream.of(new ValueFormat(true, 9, true));
            default -> throw new IllegalArgumentException(context);
        };
    }

    private static String expected(Json value) {
        if (value == Json.Literal.NULL) {
            return "null";
        }
        Json.Member kind = ((Json.Object) value).members().getFirst();
        return kind.name() + " " + ((Json.Text) kind.value()).value();
    }

    private static String typed(Value value) {
        return switch (value) {
            case Value.NullValue ignored -> "null";
            case Value.IntegerValue integer -> "int " + integer.value();
            case Value.RealValue real ->
                "real " + (Double.isFinite(real.value()) ? NumberText.json(real.value()) : real.value());
            case Value.TextValue text -> "text " + text.value();
            case Value.BlobValue blob -> "blob " + HexFormat.of().formatHex(blob.value());
            case Value.EditionValue ignored -> throw new AssertionError("not plain");
        };
    }

    private static Json member(Json object, String name) {
        Json value = ((Json.Object) object).get(name);
        if (value == null) {
            throw new AssertionError("no member " + name);
        }
        return value;
    }

    private static String text(Json object, String name) {
        return ((Json.Text) member(object, name)).value();
    }

    private static List<Json> elements(Json array) {
        return ((Json.Array) array).elements();
    }

    private static long number(Json number) {
        return ((Json.IntegerNumber) number).value().longValueExact();
    }

    record Case(String name, PostgresType type, String wire, ValueFormat format, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Builds the types that a case describes by their oids. */
    private record CaseTypes(
            @org.jspecify.annotations.Nullable Json custom) {
        PostgresType type(long oid) {
            Json described = custom == null ? null : ((Json.Object) custom).get(Long.toString(oid));
            if (described == null) {
                return builtIn(oid);
            }
            return switch (text(described, "kind")) {
                case "domain" -> new DomainType(type(number(member(described, "base"))));
                case "range" -> new RangeType(type(number(member(described, "subtype"))));
                case "multirange" -> new MultirangeType(new RangeType(type(number(member(described, "subtype")))));
                case "array" -> new ArrayType(type(number(member(described, "element"))), ',', true);
                case "composite" ->
                    new CompositeType(elements(member(described, "members")).stream()
                            .map(each ->
                                    new CompositeType.Attribute(text(each, "name"), type(number(member(each, "oid")))))
                            .toList());
                default -> throw new AssertionError("unknown kind");
            };
        }

        private static PostgresType builtIn(long oid) {
            return switch ((int) oid) {
                case 1000 -> new ArrayType(ScalarType.BOOL, ',', false);
                case 1001 -> new ArrayType(ScalarType.BYTEA, ',', false);
                case 1005, 1007, 1016 -> new ArrayType(ScalarType.INTEGER, ',', false);
                case 1009, 1015, 1231 -> new ArrayType(ScalarType.TEXT, ',', false);
                case 1021, 1022 -> new ArrayType(ScalarType.REAL, ',', false);
                case 1115 -> new ArrayType(ScalarType.TIMESTAMP, ',', false);
                case 1182 -> new ArrayType(ScalarType.DATE, ',', false);
                case 1185 -> new ArrayType(ScalarType.TIMESTAMPTZ, ',', false);
                case 199, 3807 -> new ArrayType(ScalarType.JSON, ',', false);
                default -> TypeCatalog.builtIn(oid);
            };
        }
    }
}
