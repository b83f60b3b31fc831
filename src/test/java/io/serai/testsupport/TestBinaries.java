package io.serai.testsupport;

import io.serai.app.PostgresBinaries;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * The server programs that the build puts on the tests' class path. {@code -Dpostgres.binaries.version} of the build chooses another
 * version of Postgres.
 */
final class TestBinaries {
    private static final PostgresBinaries POSTGRES = unpack("/postgres-" + system() + ".txz");

    private TestBinaries() {}

    static PostgresBinaries postgres() {
        return POSTGRES;
    }

    /** The programs of a major version, which the build fetches before it runs integration tests. */
    static PostgresBinaries postgres(int major) {
        return unpack("/postgres/" + major + "/postgres-" + system() + ".txz");
    }

    private static PostgresBinaries unpack(String name) {
        try (InputStream in = TestBinaries.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("No Postgres for this platform is on the class path: " + name
                        + ". Name a server in SERAI_TEST_POSTGRES, or start a Docker engine.");
            }
            Path archive = Files.createTempFile("postgres-", ".txz");
            try {
                Files.copy(in, archive, StandardCopyOption.REPLACE_EXISTING);
                return PostgresBinaries.unpack(archive);
            } finally {
                Files.delete(archive);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String system() {
        boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        return (mac ? "darwin" : "linux") + (arm ? "-arm_64" : "-x86_64");
    }
}
