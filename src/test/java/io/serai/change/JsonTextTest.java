package io.serai.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
    @Test
    void escapesOnlyWhatMustBe() {
        assertThat(JsonText.quoted("a\"b\\c/d\b\t\n\f\r\u0000\u001f\u007fäöü€\u2028😀"))
                .isEqualTo("\"a\\\"b\\\\c/d\\b\\t\\n\\f\\r\\u0000\\u001f\u007fäöü€\u2028😀\"");
    }

    @Test
    void escapesLoneSurrogates() {
        assertThat(JsonText.quoted("a\ud83d")).isEqualTo("\"a\\ud83d\"");
        assertThat(JsonText.quoted("\ude00b")).isEqualTo("\"\\ude00b\"");
        assertThat(JsonText.quoted("\ud83d\ud83d\ude00")).isEqualTo("\"\\ud83d\ud83d\ude00\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "plain", "ä", "a\"\\\u0001", "€uro", "😀", "x\ud83dy", "\ude00", "long ascii then ü and \n"})
    void writesTheSameBytesAsText(String text) {
        JsonBytes bytes = new JsonBytes(0);
        bytes.appendQuoted(text);

        assertThat(new String(bytes.toByteArray(), StandardCharsets.UTF_8)).isEqualTo(JsonText.quoted(text));
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                7,
                -7,
                10,
                99,
                100,
                999_999_999_999_999_999L,
                1_000_000_000_000_000_000L,
                Long.MAX_VALUE,
                Long.MIN_VALUE
            })
    void writesIntegersInFull(long value) {
        JsonBytes bytes = new JsonBytes(0);
        bytes.append(value);

        assertThat(new String(bytes.toByteArray(), StandardCharsets.US_ASCII)).isEqualTo(Long.toString(value));
    }

    @Test
    void writesEachKindOfValue() {
        assertThat(text(Value.NULL)).isEqualTo("null");
        assertThat(text(Value.of(5))).isEqualTo("5");
        assertThat(text(Value.of(5.0))).isEqualTo("5.0");
        assertThat(text(Value.of("x"))).isEqualTo("\"x\"");
        assertThatThrownBy(() -> text(new Value.BlobValue(new byte[1]))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void growsAsNeeded() {
        JsonBytes bytes = new JsonBytes(0);
        String text = "\u0001".repeat(1_000);
        bytes.appendQuoted(text);

        assertThat(bytes.size()).isEqualTo(6_002);
    }

    private static String text(Value value) {
        JsonBytes bytes = new JsonBytes(0);
        bytes.append(value);
        StringBuilder out = new StringBuilder();
        JsonText.append(out, value);
        assertThat(new String(bytes.toByteArray(), StandardCharsets.UTF_8)).isEqualTo(out.toString());
        return out.toString();
    }
}
