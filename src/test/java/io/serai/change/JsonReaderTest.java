package io.serai.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ \"b\" : 1 , \"a\" : [ true , false , null ] } | {\"b\":1,\"a\":[true,false,null]}",
                "123456789012345678901234567890 | 123456789012345678901234567890",
                "-0 | 0",
                "1.0 | 1.0",
                "1E5 | 100000.0",
                "1e400 | null",
                "\"\\u00e4\\/\\ud83d\\ude00\" | \"ä/😀\"",
                "[] | []",
                "{} | {}",
                "{\"a\":1,\"a\":1} | {\"a\":1}",
            })
    void keepsOrderAndTheFormOfNumbers(String text, String compact) {
        assertThat(JsonReader.read(text).text()).isEqualTo(compact);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,]",
                "{\"a\":1,}",
                "01",
                "1.",
                ".5",
                "+1",
                "1e",
                "NaN",
                "tru",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\n\"",
                "1 2",
                "{a:1}",
                "{\"a\":1,\"a\":2}",
                "- 1",
            })
    void refusesWhatIsNotJson(String text) {
        assertThatThrownBy(() -> JsonReader.read(text)).isInstanceOf(JsonSyntaxException.class);
    }

    @Test
    void refusesEndlessNesting() {
        assertThatThrownBy(() -> JsonReader.read("[".repeat(100_000))).isInstanceOf(JsonSyntaxException.class);
    }

    @Test
    void findsMembersThatAreRepeatedAmongMany() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < 50; i++) {
            text.append("\"m").append(i).append("\":").append(i).append(',');
        }

        assertThat(JsonReader.read(text + "\"m3\":3}")).isInstanceOf(Json.Object.class);
        assertThatThrownBy(() -> JsonReader.read(text + "\"m3\":4}")).isInstanceOf(JsonSyntaxException.class);
    }

    @Test
    void turnsIntoValuesOfTheirKind() {
        assertThat(JsonReader.read("true").toValue()).isEqualTo(Value.of(1));
        assertThat(JsonReader.read("9223372036854775807").toValue()).isEqualTo(Value.of(Long.MAX_VALUE));
        assertThat(JsonReader.read("9223372036854775808").toValue()).isEqualTo(Value.of(0x1p63));
        assertThat(JsonReader.read("2.0").toValue()).isEqualTo(Value.of(2.0));
        assertThat(JsonReader.read("[ 1 ]").toValue()).isEqualTo(Value.of("[1]"));
        assertThat(JsonReader.read("null").toValue()).isEqualTo(Value.NULL);
    }
}
