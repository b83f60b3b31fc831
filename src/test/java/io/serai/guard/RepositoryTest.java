package io.serai.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Looks at the files of the repository. */
class RepositoryTest {
    private static final List<Path> FOLDERS = List.of(
            Path.of("src"),
            Path.of("docs"),
            Path.of("routes"),
            Path.of("config"),
            Path.of("examples"),
            Path.of(".ci"),
            Path.of(".mvn"),
            Path.of("scripts"));

    /** With a space for the last dot, or this file would name them. */
    private static final List<String> DOWNLOAD_HOSTS = List.of(
            "repo.maven.apache org",
            "maven org",
            "sonatype org",
            "sonatype com",
            "gradle org",
            "archive.apache org",
            "dlcdn.apache org",
            "downloads.apache org",
            "npmjs org",
            "pypi org",
            "pythonhosted org",
            "crates io",
            "golang org",
            "adoptium net",
            "debian org",
            "docker io",
            "docker com",
            "sdkman io",
            "githubusercontent com");

    @Test
    void namesNoDownloadHost() {
        Pattern host = Pattern.compile(
                DOWNLOAD_HOSTS.stream()
                        .map(name -> Pattern.quote(name.replace(' ', '.')))
                        .collect(Collectors.joining("|", "(?:", ")\\b")),
                Pattern.CASE_INSENSITIVE);

        List<Path> found =
                files().filter(file -> host.matcher(text(file)).find()).toList();

        assertThat(found)
                .as("files that name the host of a registry or download site")
                .isEmpty();
    }

    private static Stream<Path> files() {
        return Stream.concat(topLevelFiles(), FOLDERS.stream().flatMap(RepositoryTest::filesBelow));
    }

    private static Stream<Path> topLevelFiles() {
        try (Stream<Path> files = Files.list(Path.of(""))) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> filesBelow(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
