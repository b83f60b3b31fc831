package io.serai.syncrules.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaseLinesTest {
    private static final String GOOD = "{\"id\":\"g\",\"category\":\"op-format\",\"kind\":\"sum\",\"checksums\":[1,2]}";
    private static final String GOOD_ANSWER = "{\"id\":\"g\",\"actual\":{\"checksum\":3,\"unsigned\":3}}";

    private final CaseRunner runner = new CaseRunner(Map.of("broken", CaseLinesTest::fail));
    private long broken;

    @Test
    void eachLineHasOneAnswerInTheSameOrder() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            lines.add("{\"id\":" + i + ",\"category\":\"op-format\",\"kind\":\"sum\",\"checksums\":[" + i + "]}");
        }

        List<String> answers = answer(String.join("\n", lines));

        assertThat(answers).hasSize(5_000);
        for (int i = 0; i < 5_000; i++) {
            assertThat(answers.get(i)).startsWith("{\"id\":" + i + ",\"actual\":{\"checksum\":" + i + ",");
        }
        assertThat(broken).isZero();
    }

    @Test
    void whatIsExpectedDoesNotMatter() throws IOException {
        assertThat(answer(GOOD.replace("}", ",\"expected\":7}"))).containsExactly(GOOD_ANSWER);
    }

    @Test
    void whatIsNotKnownIsUnsupportedAndNoFault() throws IOException {
        String unsupported = ",\"actual\":{\"unsupported\":true}}";

        assertThat(answer("""
                {"id":"a","category":"magic"}
                {"id":"b","category":"types","source":"mysql","typeId":1,"driverValue":-128}
                {"id":"c","category":"types","source":"mongodb","bson":"00"}
                {"id":"d","category":"op-format","kind":"other"}
                """))
                .containsExactly(
                        "{\"id\":\"a\"" + unsupported,
                        "{\"id\":\"b\"" + unsupported,
                        "{\"id\":\"c\"" + unsupported,
                        "{\"id\":\"d\"" + unsupported);
        assertThat(broken).isZero();
    }

    @Test
    void anAnswerComesBeforeTheNextLineIsThere() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CountingOutput answers = new CountingOutput(out);
        InputStream slow = new InputStream() {
            private final byte[] bytes = (GOOD + "\n" + GOOD + "\n").getBytes(StandardCharsets.UTF_8);
            private int at;

            @Override
            public int read() {
                return at < bytes.length ? bytes[at++] : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) { // gives one line at a time
                if (at == bytes.length) {
                    return -1;
                }
                assertThat(answers.flushes).isEqualTo(at == 0 ? 0 : 1);
                int size = GOOD.length() + 1;
                System.arraycopy(bytes, at, into, offset, size);
                at += size;
                return size;
            }
        };

        new CaseLines(runner).answer(slow, answers);

        assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactly(GOOD_ANSWER, GOOD_ANSWER);
    }

    @Nested
    class ForALineThatIsNotACase {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '\0',
                value = {
                    "{\"id\":\"x\",\"category\"|{\"id\":\"x\",\"error\":\"line 2: not JSON: ",
                    "{\"row\":{\"id\":\"no\"},\"a\":\"\\\"\", \"id\" : \"x\",|{\"id\":\"x\",\"error\":\"line 2: not JSON: ",
                    "{\"id\":\"x|{\"error\":\"line 2: not JSON: ",
                    "not JSON|{\"error\":\"line 2: not JSON: ",
                    "[1]|{\"error\":\"line 2: not a JSON object\"}",
                    "{\"id\":\"x\"}|{\"id\":\"x\",\"error\":\"line 2: the case has no member \\\"category\\\" that is a text\"}",
                })
        void theAnswerSaysWhyAndNamesTheIdThatCanBeRead(String line, String answer) throws IOException {
            List<String> answers = answer(GOOD + "\n" + line + "\n" + GOOD + "\n");

            assertThat(answers).hasSize(3);
            assertThat(answers.get(0)).isEqualTo(GOOD_ANSWER);
            assertThat(answers.get(1)).startsWith(answer);
            assertThat(answers.get(2)).isEqualTo(GOOD_ANSWER);
            assertThat(broken).isEqualTo(1);
        }

        @Test
        void anEmptyLineIsAnsweredToo() throws IOException {
            assertThat(answer("\n" + GOOD + "\r\n"))
                    .containsExactly("{\"error\":\"line 1: an empty line\"}", GOOD_ANSWER);
        }

        @Test
        void bytesThatAreNotTextAreNotGuessed() throws IOException {
            byte[] line = "{\"id\":\"x\",\"category\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

            assertThat(answer(line)).containsExactly("{\"id\":\"x\",\"error\":\"line 1: not UTF-8\"}");
        }
    }

    @Nested
    class ForACaseThatCannotBeRun {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                quoteCharacter = '\0',
                value = {
                    "\"functions\",\"expr\":1,\"row\":{}|the case's member \\\"expr\\\" is not a text",
                    "\"functions\",\"expr\":\"1\"|the case has no member \\\"row\\\"",
                    "\"functions\",\"expr\":\"a\",\"row\":{\"a\":{\"date\":\"1\"}}|unknown kind of value: {\\\"date\\\":\\\"1\\\"}",
                    "\"end-to-end\",\"rules\":\"streams: {s: {query: SELECT id FROM t}}\\nconfig: {edition: 3}\",\"sourceRows\":7"
                            + "|the case's member \\\"sourceRows\\\" is not an array",
                    "\"types\",\"source\":\"broken\"|java.lang.IllegalStateException: a bug",
                })
        void theAnswerSaysWhyAndTheOthersAreAnswered(String rest, String message) throws IOException {
            assertThat(answer("{\"id\":\"x\",\"category\":" + rest + "}\n" + GOOD))
                    .containsExactly("{\"id\":\"x\",\"error\":\"line 1: " + message + "\"}", GOOD_ANSWER);
            assertThat(broken).isZero();
        }
    }

    private static CaseValue fail(Json.Object input) {
        throw new IllegalStateException("a bug");
    }

    private List<String> answer(String lines) throws IOException {
        return answer(lines.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> answer(byte[] lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        broken = new CaseLines(runner).answer(new ByteArrayInputStream(lines), out);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private static final class CountingOutput extends java.io.BufferedOutputStream {
        private int flushes;

        CountingOutput(ByteArrayOutputStream out) {
            super(out);
        }

        @Override
        public void flush() throws IOException {
            flushes++;
            super.flush();
        }
    }
}
