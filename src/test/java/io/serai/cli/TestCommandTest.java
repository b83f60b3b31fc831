package io.serai.cli;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestCommandTest {
    private static final String AS_EXPECTED = """
        {"id":"mine","category":"end-to-end",\
        "rules":"bucket_definitions: {b: {parameters: SELECT request.user_id() AS u,\
         data: ['SELECT id FROM t WHERE o = bucket.u']}}",\
        "sourceRows":[{"table":"t","row":{"id":{"text":"1"},"o":{"text":"a"}}},\
        {"table":"t","row":{"id":{"text":"2"},"o":{"text":"b"}}}],\
        "clients":[{"jwt":{"sub":"a"}}],\
        "expected":{"clients":[{"rows":[{"table":"t","id":"1","priority":3,"dataJson":["{\\"id\\":\\"1\\"}"]}]}]}}""";
    private static final String DIFFERS = AS_EXPECTED
            .replace("\"mine\"", "\"other\"")
            .replace("\"table\":\"t\",\"id\":\"1\"", "\"table\":\"t\",\"id\":\"2\"");
    private static final String UNSUPPORTED =
            "{\"id\":\"tiny\",\"category\":\"types\",\"source\":\"oracle\",\"expected\":{}}";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void casesThatAreAllAsExpectedAre0() throws IOException {
        assertThat(test("{\"cases\":[\n" + AS_EXPECTED + "\n]}")).isZero();
        assertThat(out.toString()).isEqualToIgnoringNewLines("1 of 1 case is as expected.");
    }

    @Test
    void aCaseThatDiffersIs1AndSaysWhatIsMissingAndWhatIsThereInstead() throws IOException {
        assertThat(test(AS_EXPECTED + "\n" + DIFFERS + "\n")).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        "differs: other",
                        "  missing row of client 0: t 2, priority 3, {\"id\":\"1\"}",
                        "  unexpected row of client 0: t 1, priority 3, {\"id\":\"1\"}",
                        "1 of 2 cases are as expected, 1 differs.");
    }

    @Test
    void whatWasNotTestedIsNeverWell() throws IOException {
        assertThat(test(UNSUPPORTED + "\n{\"category\":\"param\"}\n")).isEqualTo(1);
        assertThat(out.toString().lines())
                .containsExactly(
                        "unsupported: tiny",
                        "  its category or source is not supported",
                        "broken: case 2",
                        "  the case has no member \"expected\"",
                        "0 of 2 cases are as expected, 1 unsupported, 1 broken.");
    }

    @Test
    void aFileThatIsNotThereIs1AndSaysSo() {
        assertThat(run(folder.resolve("none.json"))).isEqualTo(1);
        assertThat(err.toString()).contains("[SERAI-S3103]", "none.json\" does not exist");
    }

    @Test
    void aFileWithoutACaseIs1() throws IOException {
        assertThat(test("{\"cases\":[]}")).isEqualTo(1);
        assertThat(err.toString()).contains("[SERAI-S3103]", "is not a file of cases: it has no cases");
    }

    @Test
    void theExampleOfTheReadmeIsAsExpected() throws IOException {
        String example = Files.readString(Path.of("README.md"))
                .lines()
                .filter(line -> line.startsWith("{\"id\":"))
                .collect(joining("\n"));

        assertThat(test(example)).as(out.toString()).isZero();
    }

    private int test(String cases) throws IOException {
        return run(Files.writeString(folder.resolve("cases.json"), cases));
    }

    private int run(Path file) {
        return SeraiCommand.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("test", file.toString());
    }
}
