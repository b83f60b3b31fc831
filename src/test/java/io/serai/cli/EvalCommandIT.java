package io.serai.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.SeraiProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code serai eval} in a process of its own, through its standard input and output. */
@Timeout(120)
class EvalCommandIT {
    private static final Duration END = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void aProgramCanWaitForEachAnswer() throws Exception {
        Process eval = SeraiProcess.prepare("eval")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (Writer in = eval.outputWriter(UTF_8);
                BufferedReader out = eval.inputReader(UTF_8)) {
            for (String text : new String[] {"a", "é", "\uD83D\uDE00"}) {
                in.write(line(text) + "\n");
                in.flush();

                assertThat(out.readLine())
                        .startsWith("{\"id\":\"" + text + "\",\"actual\":{\"legacy\":{\"value\":{\"text\":\"" + text
                                + "\"}}");
            }
            in.close();

            assertThat(out.readLine()).isNull();
            assertThat(eval.waitFor(END.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(eval.exitValue()).isZero();
        } finally {
            eval.destroyForcibly();
        }
    }

    @Test
    void aLineThatIsNoCaseIsAnsweredAndMakesTheExitCode1() throws Exception {
        assertThat(eval(line("a") + "\n{\"id\":\"b\n" + line("c"))).isEqualTo(1);
        assertThat(Files.readAllLines(folder.resolve("out")))
                .satisfiesExactly(
                        first -> assertThat(first).startsWith("{\"id\":\"a\",\"actual\":"),
                        second -> assertThat(second).startsWith("{\"error\":\"line 2: not JSON: "),
                        third -> assertThat(third).startsWith("{\"id\":\"c\",\"actual\":"));
        assertThat(folder.resolve("err")).isEmptyFile();
    }

    @Test
    void thousandsOfLinesAreAnsweredByOneProcess() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            lines.append(line("t" + i)).append('\n');
        }

        assertThat(eval(lines.toString())).isZero();
        assertThat(Files.readAllLines(folder.resolve("out")))
                .hasSize(5_000)
                .last()
                .asString()
                .startsWith("{\"id\":\"t4999\",");
    }

    private int eval(String lines) throws IOException, InterruptedException {
        Path in = Files.writeString(folder.resolve("in"), lines);
        Process eval = SeraiProcess.prepare("eval")
                .redirectInput(in.toFile())
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        try {
            assertThat(eval.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return eval.exitValue();
        } finally {
            eval.destroyForcibly();
        }
    }

    private static String line(String text) {
        return "{\"id\":\"" + text + "\",\"category\":\"functions\",\"expr\":\"a\",\"row\":{\"a\":{\"text\":\"" + text
                + "\"}}}";
    }
}
