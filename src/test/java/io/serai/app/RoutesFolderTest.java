package io.serai.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.error.SeraiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoutesFolderTest {
    @TempDir
    Path folder;

    @Test
    void isTheOneBesideTheFolderOfTheConfigFile() throws IOException {
        Path routes = Files.createDirectory(folder.resolve("routes"));

        assertThat(RoutesFolder.find(Optional.empty(), folder.resolve("config/service.yaml")))
                .isEqualTo(routes);
    }

    @Test
    void isElseThatOfTheWorkingDirectory() {
        assertThat(RoutesFolder.find(Optional.empty(), folder.resolve("config/service.yaml")))
                .isEqualTo(Path.of("routes").toAbsolutePath());
    }

    @Test
    void isTheOneThatWasNamedWhateverElseThereIs() throws IOException {
        Files.createDirectory(folder.resolve("routes"));
        Path named = Files.createDirectory(folder.resolve("mine"));

        assertThat(RoutesFolder.find(Optional.of(named), folder.resolve("config/service.yaml")))
                .isEqualTo(named);
    }

    @Test
    void isAnErrorWhenTheNamedOneDoesNotExist() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> RoutesFolder.find(Optional.of(missing), folder.resolve("service.yaml")))
                .isInstanceOf(SeraiException.class)
                .hasMessageContaining("[SERAI-S3004]")
                .hasMessageContaining(missing.toString());
    }
}
