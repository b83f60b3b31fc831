package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.Value;
import io.serai.change.ValueFormat;
import io.serai.source.postgres.CompositeType.Attribute;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays, composites and ranges; what Postgres itself writes is in {@link ValuesOfEveryTypeIT}. */
class PartedTypesTest {
    private static final ArrayType INTEGERS = new ArrayType(ScalarType.INTEGER, ',', false);
    private static final CompositeType PAIR = new CompositeType(List.of(
            new Attribute("a \"q\",:", ScalarType.TEXT), new Attribute("b", new RangeType(ScalarType.TIMESTAMP))));

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{1", "{1}x", "{1,}}", "{\"1}", "1", "{1,2}}"})
    void staysTextWhenItIsNoArray(String broken) {
        assertThat(decode(INTEGERS, broken, ValueFormat.CURRENT)).isEqualTo(Value.of(broken));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "(", "(a", "(a,b,c)", "(a)", "(a,\"[x,y)\")z", "(a,nonsense)"})
    void staysTextWhenItIsNoCompositeOfItsType(String broken) {
        assertThat(decode(PAIR, broken, ValueFormat.CURRENT)).isEqualTo(Value.of(broken));
    }

    @Test
    void splitsBoxesAtCommasInTheFirstEdition() {
        ArrayType boxes = new ArrayType(ScalarType.TEXT, ';', false);

        assertThat(decode(boxes, "{(1,1),(0,0);(3,3),(2,2)}", ValueFormat.CURRENT))
                .isEqualTo(Value.of("[\"(1,1),(0,0)\",\"(3,3),(2,2)\"]"));
        assertThat(decode(boxes, "{(1,1),(0,0)}", ValueFormat.LEGACY))
                .isEqualTo(Value.of("[\"(1\",\"1)\",\"(0\",\"0)\"]"));
    }

    @Test
    void takesTheTimesInsideFromTheEdition() {
        String wire = "(x,\"[\"\"2023-03-06 15:47:00\"\",)\")";

        assertThat(decode(PAIR, wire, new ValueFormat(true, 0, true)))
                .isEqualTo(Value.of("{\"a \\\"q\\\",:\":\"x\",\"b\":{\"lower\":\"2023-03-06T15:47:00\",\"upper\":null,"
                        + "\"lower_exclusive\":0,\"upper_exclusive\":1}}"));
        assertThat(decode(PAIR, wire, new ValueFormat(false, -1, true)))
                .isEqualTo(Value.of("{\"a \\\"q\\\",:\":\"x\",\"b\":{\"lower\":\"2023-03-06 15:47:00\",\"upper\":null,"
                        + "\"lower_exclusive\":0,\"upper_exclusive\":1}}"));
        assertThat(decode(PAIR, wire, ValueFormat.LEGACY)).isEqualTo(Value.of(wire));
    }

    @Test
    void isBuiltAgainFromItsText() {
        PostgresType type = new ArrayType(
                new DomainType(new CompositeType(List.of(
                        new Attribute("", PAIR),
                        new Attribute(
                                "x", new MultirangeType(new RangeType(new ArrayType(ScalarType.TEXT, ';', true))))))),
                ',',
                true);

        assertThat(TypeText.parse(type.encoded())).isEqualTo(type);
        assertThat(type.encoded())
                .isEqualTo("customarray(domain(composite(\"\":composite(\"a \"\"q\"\",:\":text,\"b\":range(timestamp)),"
                        + "\"x\":multirange(customarray(text;)))))");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "array(",
                "array(int",
                "array(int))",
                "composite(\"a\"int)",
                "composite(\"a",
                "text)"
            })
    void isNotBuiltFromAnotherText(String broken) {
        assertThatThrownBy(() -> TypeText.parse(broken)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Value decode(PostgresType type, String text, ValueFormat format) {
        return type.decode(text.getBytes(StandardCharsets.UTF_8)).plain(format);
    }
}
