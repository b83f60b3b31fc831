package io.serai.testsupport;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files that several projects share and that are not part of this repository: beside it, or where {@code SERAI_SHARED} says. */
public final class SharedFiles {
    private SharedFiles() {}

    /** The file; where there is none, a test fails in CI and is skipped with one loud line elsewhere. */
    public static Path file(String name) {
        String named = System.getenv("SERAI_SHARED");
        Path file = (named == null ? Path.of("..", "shared") : Path.of(named)).resolve(name);
        if (Files.isReadable(file)) {
            return file;
        }
        String message =
                "NOT TESTED: " + file.toAbsolutePath().normalize() + " does not exist; set SERAI_SHARED to its folder";
        if (System.getenv("CI") != null) {
            throw new AssertionError(message);
        }
        System.err.println(message);
        assumeThat(file).as(message).isReadable();
        throw new AssertionError(message);
    }
}
