package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import io.serai.syncrules.cases.CaseValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresCaseValuesTest {
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "1003 | {a,NULL}              | [\"a\",null]         | [\"a\",null]",
                "1028 | {1,2}                 | [1,2]                 | [1,2]",
                "1020 | {(1,1),(0,0);(2,2),(1,1)} | [\"(1\",\"1)\",\"(0\",\"0);(2\",\"2)\",\"(1\",\"1)\"] | [\"(1,1),(0,0)\",\"(2,2),(1,1)\"]",
                "1183 | {10:00:00}            | [\"10:00:00\"]        | [\"10:00:00.000000\"]",
                "3904 | [1,5)                 | [1,5)                 | {\"lower\":1,\"upper\":5,\"lower_exclusive\":0,\"upper_exclusive\":1}",
                "4451 | {}                    | {}                    | []",
                "9999 | what it is            | what it is            | what it is",
            })
    void typesThatEveryServerBringsNeedNoDescription(String oid, String wire, String legacy, String current) {
        Value value = read("{\"oid\":" + oid + ",\"wire\":" + new Json.Text(wire).text() + "}");

        assertThat(value.plain(ValueFormat.CURRENT)).isEqualTo(Value.of(current));
        assertThat(value.plain(ValueFormat.LEGACY)).isEqualTo(Value.of(legacy));
    }

    @Test
    void nullIsNull() {
        assertThat(read("{\"oid\":23,\"wire\":null}")).isEqualTo(Value.NULL);
    }

    @Test
    void anArrayIsSplitAtItsDelimiter() {
        Value value = read("""
                {"oid":7,"wire":"{1;2}","customTypes":{"7":{"kind":"array","element":23,"delimiter":";"}}}""");

        assertThat(value.plain(ValueFormat.CURRENT)).isEqualTo(Value.of("[1,2]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"kind\":\"domain\",\"base\":7} | the case's type 7 contains itself",
                "{\"kind\":\"enum\"} | the case's type 7 is of the unknown kind \"enum\"",
                "{\"kind\":\"range\"} | the case has no member \"subtype\"",
                "{\"kind\":\"array\",\"element\":23,\"delimiter\":\"\"} | the case's member \"delimiter\" is not one character",
            })
    void aDescriptionThatIsNoneIsRefused(String description, String message) {
        assertThatThrownBy(() -> read("{\"oid\":7,\"wire\":\"1\",\"customTypes\":{\"7\":" + description + "}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private static Value read(String json) {
        CaseValue value = new PostgresCaseValues().read((Json.Object) JsonReader.read(json));
        return ((CaseValue.OfColumn) value).value();
    }
}
