package io.serai.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.app.Checks.Checked;
import io.serai.config.Environment;
import io.serai.error.ErrorCode;
import io.serai.source.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AServerThatRefusesTheConnectionTest {
    @TempDir
    Path folder;

    @Test
    void isAFindingThatSaysEachThingOnce() throws Exception {
        Files.writeString(folder.resolve("rules.yaml"), "bucket_definitions: {a: {data: [SELECT id FROM t]}}\n");
        Path config = Files.writeString(folder.resolve("service.yaml"), """
            replication:
              connections:
                - {type: postgresql, uri: 'postgresql://a:b@127.0.0.1:1/d', sslmode: disable}
            sync_config: {path: rules.yaml}
            """);

        List<Checked> checked = Checks.run(Configuration.load(config, Environment.ofProcess()));

        assertThat(checked).singleElement().satisfies(source -> {
            assertThat(source.hasErrors()).isTrue();
            assertThat(source.findings()).singleElement().satisfies(AServerThatRefusesTheConnectionTest::saysEachOnce);
        });
    }

    private static void saysEachOnce(Finding finding) {
        ErrorCode code = ErrorCode.SOURCE_CONNECTION_FAILED;
        assertThat(finding.code()).isEqualTo(code);
        assertThat(finding.found())
                .contains("127.0.0.1:1")
                .doesNotContain(code.code(), code.remedy())
                .doesNotEndWith(".");
        assertThat(finding.fix()).isEqualTo(code.remedy());
    }
}
