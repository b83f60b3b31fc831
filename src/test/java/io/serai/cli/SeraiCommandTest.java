package io.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SeraiCommandTest {
    private static final List<String> COMMANDS = List.of(
            "run",
            "demo",
            "check",
            "setup",
            "validate",
            "eval",
            "test",
            "status",
            "dump",
            "buckets",
            "explain",
            "resync",
            "retry",
            "compact",
            "teardown");

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void helpNamesEveryCommandAndTheExitCodes() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains(COMMANDS).contains("Exit codes: 0 well, 1 found a fault, 2 wrong usage.");
    }

    @ParameterizedTest
    @FieldSource("COMMANDS")
    void everyCommandTellsItsOptions(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: serai " + command);
        assertThat(out.toString().contains("--config"))
                .isEqualTo(!Set.of("demo", "eval", "test").contains(command));
    }

    @Test
    void theVersionIsToldWithThatOfJava() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString())
                .startsWith("serai ")
                .contains("Java " + Runtime.version().feature());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "stauts", "status --wait soon", "dump --bogus", "explain todos", "eval cases.json", "test"})
    void wrongUsageIs2(String arguments) {
        assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(err.toString()).isNotEmpty();
    }

    @Test
    void aConfigurationThatIsNotThereIs1AndSaysSo() {
        assertThat(run("validate", "--config", folder.resolve("service.yaml").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("[SERAI-S3001]", "service.yaml\" cannot be read: it does not exist");
    }

    @Test
    void allFaultsOfBothFilesAreShownWithTheirLines() throws IOException {
        Path config = Files.writeString(folder.resolve("service.yaml"), """
            replication:
              connections:
                - {type: postgresql, uri: 'postgresql://a:b@h/d', prot: 1}
            sync_config: {path: rules.yaml}
            """);

        assertThat(run("validate", "--config", config.toString())).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        config
                                + ":3:55: error: unknown key \"prot\" in replication.connections[0]; did you mean"
                                + " \"port\"?",
                        "    3 |     - {type: postgresql, uri: **********************, prot: 1}",
                        "      | " + " ".repeat(54) + "^",
                        "1 error.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--json"})
    void noSecretIsShown(String format) throws IOException {
        Path config = Files.writeString(folder.resolve("service.yaml"), """
                replication:
                  connections:
                    - type: postgresql
                      uri: postgresql://app:s3cret@db/shop?sslmode=require
                sync_config: {content: "bucket_definitions: {}"}
                """);

        assertThat(run(("validate --config " + config + " " + format).split(" ")))
                .isEqualTo(1);
        assertThat(out.toString()).contains("has sslmode=require").doesNotContain("s3cret");
    }

    @Test
    void faultsAreAJsonArrayForScripts() throws IOException {
        Path config = Files.writeString(folder.resolve("service.yaml"), "port: 1\n");

        assertThat(run("validate", "--json", "--config", config.toString())).isEqualTo(1);
        assertThat(out.toString())
                .startsWith("[{\"level\":\"error\",\"code\":\"SERAI-S3002\",\"file\":")
                .contains("\"line\":1,\"column\":1,");
    }

    @Test
    void aTagThatNoConnectionHasIsAWarning() throws IOException {
        Files.writeString(
                folder.resolve("rules.yaml"),
                "bucket_definitions: {a: {data: ['SELECT id FROM \"warehose.public\".t']}}\n");
        Path config = Files.writeString(folder.resolve("service.yaml"), """
            replication:
              connections:
                - {type: postgresql, uri: 'postgresql://a:b@127.0.0.1:1/d', tag: warehouse}
            sync_config: {path: rules.yaml}
            """);

        assertThat(run("validate", "--config", config.toString())).isZero();
        assertThat(out.toString())
                .contains(
                        "rules.yaml:1:49: warning: No connection has the tag \"warehose\"; did you mean \"warehouse\"?");
    }

    @Test
    void aLookAtAStorageThatIsNotThereMakesNone() throws IOException {
        Files.writeString(folder.resolve("rules.yaml"), "bucket_definitions: {a: {data: [SELECT id FROM t]}}\n");
        Path config = Files.writeString(folder.resolve("service.yaml"), """
            replication:
              connections:
                - {type: postgresql, uri: 'postgresql://a:b@h/d'}
            sync_config: {path: rules.yaml}
            """);

        for (String command :
                new String[] {"status", "dump", "explain t 1", "resync", "retry t", "compact", "teardown --yes"}) {
            assertThat(run((command + " --config " + config).split(" "))).isEqualTo(1);
            assertThat(err.toString()).contains("[SERAI-S2007]");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    private int run(String... arguments) {
        CommandLine commandLine = SeraiCommand.commandLine();
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }
}
