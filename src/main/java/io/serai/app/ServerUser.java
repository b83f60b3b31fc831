package io.serai.app;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The user that a server of our own runs as: the user of this process, but {@code nobody} for root, since Postgres refuses to run as
 * root. Thread-safe.
 */
final class ServerUser {
    private static final String UNPRIVILEGED = "nobody";

    private ServerUser() {}

    /** Whether this process runs as root. */
    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The command line that runs {@code command} as the server's user, out of reach of the terminal's signals where that can be had. */
    static List<String> command(List<String> command) {
        List<String> line = new ArrayList<>();
        if (isRoot()) {
            line.addAll(withoutRoot());
        }
        line.addAll(command);
        return outOfReach(line);
    }

    /** The command line that runs {@code command} as the user of this process, out of reach of the terminal's signals where that can be had. */
    static List<String> outOfReach(List<String> command) {
        List<String> line = new ArrayList<>();
        program("setsid").ifPresent(line::add);
        line.addAll(command);
        return line;
    }

    /** Hands {@code file} to the server's user. */
    static void own(Path file) throws IOException {
        if (isRoot()) {
            Files.setOwner(
                    file, file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED));
        }
    }

    private static List<String> withoutRoot() {
        Optional<String> setpriv = program("setpriv");
        if (setpriv.isPresent()) {
            return List.of(setpriv.get(), "--reuid=" + UNPRIVILEGED, "--regid=65534", "--clear-groups", "--");
        }
        Optional<String> runuser = program("runuser");
        if (runuser.isPresent()) {
            return List.of(runuser.get(), "-u", UNPRIVILEGED, "--");
        }
        throw new SeraiException(
                ErrorCode.DEMO_POSTGRES,
                "Postgres refuses to run as root, and neither setpriv nor runuser is on the PATH to run it as "
                        + UNPRIVILEGED,
                "",
                "Install util-linux, or start Serai as another user.");
    }

    private static Optional<String> program(String name) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "/usr/bin:/bin" : path).split(":")) {
            Path program = Path.of(folder, name);
            if (Files.isExecutable(program)) {
                return Optional.of(program.toString());
            }
        }
        return Optional.empty();
    }
}
