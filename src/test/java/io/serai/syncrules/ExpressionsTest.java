package io.serai.syncrules;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.EvaluatedRow;
import io.serai.change.JsonText;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What single expressions give, as JSON text, over one row of values of all kinds. */
class ExpressionsTest {
    private static final Row ROW = Rows.row(
            "t",
            "id",
            "x",
            "nul",
            Value.NULL,
            "i",
            7,
            "r",
            7.0,
            "half",
            -0.5,
            "text",
            "Straße",
            "digits",
            " 12.7abc",
            "bytes",
            new byte[] {0x61, (byte) 0xff},
            "j",
            "{\"a\":{\"b\":[10,2.0,null]},\"a.b\":\"dotted\",\"n\":null,\"t\":true,\"10\":1,\"9\":2}",
            "arr",
            "[1,\"1\",null]");

    private static final String STREAMS = "config: {edition: 3}\nstreams: {s: {query: ";
    private static final String LEGACY = "bucket_definitions: {s: {data: [";

    private static String streams(String expression) {
        return evaluate(STREAMS + quoted(expression) + "}}");
    }

    private static String legacy(String expression) {
        return evaluate(LEGACY + quoted(expression) + "]}}");
    }

    private static String quoted(String expression) {
        return JsonText.quoted("SELECT id, " + expression + " AS v FROM t");
    }

    /** The JSON text of the value, "none" when it is left out, or "fails". */
    private static String evaluate(String yaml) {
        List<String> failures = new ArrayList<>();
        EvaluatedRow evaluated = Rows.rules(yaml)
                .table(SyncRules.DEFAULT_TAG, new TableRef("public", "t"), "public")
                .evaluate(ROW, (query, reason) -> failures.add(reason));
        if (!failures.isEmpty()) {
            return "fails";
        }
        String data = new String(evaluated.bucketRows().getFirst().row().json(), StandardCharsets.UTF_8);
        String prefix = "{\"id\":\"x\",\"v\":";
        return data.startsWith(prefix) ? data.substring(prefix.length(), data.length() - 1) : "none";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "i = r ; 1",
                "i = '7' ; 0",
                "i < 'a' ; 1",
                "nul = nul ; null",
                "i / 2 ; 3",
                "r / 2 ; 3.5",
                "i / 0 ; null",
                "9223372036854775807 + 1 ; 9223372036854776000.0",
                "i || r || '!' ; \"77!\"",
                "i || nul ; null",
                "nul OR i ; 1",
                "NOT nul ; 1",
                "digits AND i ; 1",
                "upper(text) ; \"STRASSE\"",
                "length(text) ; 6",
                "length(bytes) ; 2",
                "substring(text, 2, 3) ; \"tra\"",
                "substring(text, -2) ; \"ße\"",
                "instr(text, 'aß') ; 4",
                "hex(bytes) ; \"61FF\"",
                "base64(bytes) ; \"Yf8=\"",
                "typeof(r) ; \"real\"",
                "bytes ; none",
                "missing ; none",
                "ifnull(nul, i) ; 7",
                "iif(nul, 1, 2) ; 2",
                "CAST(digits AS integer) ; 12",
                "CAST(digits AS numeric) ; 12.7",
                "CAST(half AS integer) ; -1",
                "r::text ; \"7\"",
                "i::real ; 7.0",
                "i IS NULL ; 0",
                "nul ISNULL ; 1",
                "json_array_length(arr) ; 3",
                "json_keys(j) ; [\"9\",\"10\",\"a\",\"a.b\",\"n\",\"t\"]",
                "j ->> 't' ; 1",
                "j -> 'missing' ; null",
                "text ->> 'a' ; fails",
                "bytes = bytes ; fails",
                "uuid_blob(text) ; fails",
                "unixepoch('2023-01-02T03:04:05.678Z') ; 1672628645",
                "datetime(0, 'unixepoch', 'subsec') ; \"1970-01-01 00:00:00.000\"",
                "datetime(0, 'unixepoch', nul) ; \"1970-01-01 00:00:00\"",
                "datetime(0, 'unixepoch', '') ; null",
                "datetime(0, '') ; null",
                "unixepoch(0, 'unixepoch', '') ; null",
            })
    void giveTheSameInBothLanguages(String expression, String value) {
        String unquoted = expression.equals("json_keys(j)") ? JsonText.quoted(value) : value;

        assertThat(legacy(expression)).as("legacy").isEqualTo(unquoted);
        assertThat(streams(expression)).as("streams").isEqualTo(unquoted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "nul <> i ; null ; 1",
                "j ->> 'a.b' ; `\"[10,2.0,null]\"` ; \"dotted\"",
                "j ->> '$.a.b.1' ; 2.0 ; 2.0",
                "j ->> 'n' ; \"null\" ; null",
                "j -> 'n' ; null ; \"null\"",
                "9007199254740993 ; 9007199254740992 ; 9007199254740993",
            })
    void differBetweenTheLanguages(String expression, String legacy, String streams) {
        assertThat(legacy(expression)).as("legacy").isEqualTo(legacy);
        assertThat(streams(expression)).as("streams").isEqualTo(streams);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "i BETWEEN 7 AND r ; 1",
                "i NOT BETWEEN nul AND 9 ; 1",
                "CASE i WHEN 7.0 THEN 'seven' ELSE 'other' END ; \"seven\"",
                "CASE WHEN nul THEN 1 END ; null",
                "i IN ARRAY[1, 7] ; 1",
                "i IN ROW(1, nul) ; null",
                "i NOT IN arr ; 1",
                "i NOT IN ARRAY['7'] ; 1",
                "nul IN ARRAY[1] ; null",
                "i IN ARRAY[1, nul] ; null",
                "i IN ARRAY[7, nul] ; 1",
                "nul NOT IN ARRAY[1] ; 1",
                "i NOT IN ARRAY[1, nul] ; 1",
                "i NOT IN ARRAY[7, nul] ; 0",
                "nul NOT IN arr ; 1",
                "i NOT IN nul ; 1",
                "i IS TRUE ; 0",
                "(i = r) IS TRUE ; 1",
                "arr ->> 0 ; 1",
                "arr -> -1 ; null",
                "+i ; 7",
                "t.table_name() ; \"t\"",
            })
    void existInStreamsOnly(String expression, String value) {
        assertThat(streams(expression)).isEqualTo(value);
        assertThat(SyncRules.parse(LEGACY + quoted(expression) + "]}}").rules()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"json_valid(j)", "1 IN arr", "upper(text, 'x')"})
    void existInBucketDefinitionsOnly(String expression) {
        assertThat(legacy(expression)).isNotEqualTo("fails");
        assertThat(SyncRules.parse(STREAMS + quoted(expression) + "}}").rules()).isEmpty();
    }

    @Nested
    class Precedence {
        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "1 OR 0 AND 0 ; 1",
                    "NOT 1 = 2 ; 1",
                    "1 + 2 * 3 ; 7",
                    "1 || 2 + 3 ; 15",
                    "2 - 1 - 1 ; 0",
                    "1 = 1 = 1 ; 1",
                    "3 > 2 = 1 ; 1",
                    "j -> 'a' ->> 'b' || '!' ; \"[10,2.0,null]!\"",
                    "-1 - -1 ; 0",
                })
        void isAsInPostgres(String expression, String value) {
            assertThat(legacy(expression)).isEqualTo(value);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {308, 309, 100_000})
    void integersBeyondAllDoublesAreInfinite(int zeros) {
        String expression = "1" + "0".repeat(zeros) + " > r";

        assertThat(legacy(expression)).isEqualTo("1");
        assertThat(streams(expression)).isEqualTo("1");
    }

    @Test
    void keywordsOfSubstringAreAccepted() {
        assertThat(streams("substring(text from 2 for 3)")).isEqualTo("\"tra\"");
    }
}
