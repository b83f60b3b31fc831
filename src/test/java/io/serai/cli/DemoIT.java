package io.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoIT {
    private static final Pattern CHECKPOINT = Pattern.compile("^checkpoint (\\d+) ");
    private static final Pattern CONFIG = Pattern.compile("status --config (\\S+)");

    @ParameterizedTest
    @ValueSource(strings = {"postgresql", "mongodb", "mysql"})
    @Timeout(180)
    void showsCheckpointsUntilItIsStoppedAndLeavesNothingBehind(String source)
            throws IOException, InterruptedException {
        Process demo = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dserai.home=" + Path.of("").toAbsolutePath(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.serai.Main",
                        "demo",
                        "--source",
                        source)
                .redirectErrorStream(true)
                .start();
        Set<String> checkpoints = new HashSet<>();
        Path config = Path.of("");
        try (BufferedReader lines = demo.inputReader()) {
            while (checkpoints.size() < 3) {
                String line = lines.readLine();
                assertThat(line).as("the demo goes on").isNotNull();
                Matcher checkpoint = CHECKPOINT.matcher(line);
                if (checkpoint.find()) {
                    checkpoints.add(checkpoint.group(1));
                }
                Matcher named = CONFIG.matcher(line);
                if (named.find()) {
                    config = Path.of(named.group(1));
                }
            }
            assertThat(config).exists();

            demo.toHandle().destroy(); // which leaves its output open
            assertThat(lines.lines()).last().isEqualTo("Stopped; nothing is left behind.");
        }

        assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isZero();
        assertThat(config.resolveSibling("")).doesNotExist();
    }
}
