package io.serai.app.admin;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Where a running process is asked: {@code admin.sock} in the storage's folder. Where that path is longer than a unix socket's may be (108
 * bytes with the zero at the end on Linux, 104 on macOS; unix(7)), the socket lies in a private temporary folder, and {@code admin.path} in
 * the storage's folder names it. Immutable.
 */
final class AdminAddress {
    private static final int MAX_PATH_BYTES = 103;
    private static final String SOCKET = "admin.sock";

    private final Path socket;
    private final Path pointer;

    private AdminAddress(Path folder) {
        this.socket = folder.resolve(SOCKET);
        this.pointer = folder.resolve("admin.path");
    }

    /** The address that belongs to the storage in {@code folder}. */
    static AdminAddress of(Path folder) {
        return new AdminAddress(folder.toAbsolutePath().normalize());
    }

    /** A free address to listen on; what a killed process left is removed. Only whoever holds the storage's lock may call this. */
    UnixDomainSocketAddress claim() throws IOException {
        release();
        if (fits(socket)) {
            return UnixDomainSocketAddress.of(socket);
        }
        Path elsewhere = Files.createTempDirectory("serai-").resolve(SOCKET); // the folder is its owner's alone
        Files.writeString(pointer, elsewhere.toString());
        return UnixDomainSocketAddress.of(elsewhere);
    }

    /** The address to ask at, whether somebody listens or not. */
    UnixDomainSocketAddress find() throws IOException {
        return UnixDomainSocketAddress.of(fits(socket) ? socket : pointedAt());
    }

    /** Removes the socket. */
    void release() throws IOException {
        Files.deleteIfExists(socket);
        if (Files.exists(pointer)) {
            Path elsewhere = pointedAt();
            Files.deleteIfExists(elsewhere);
            Files.deleteIfExists(elsewhere.getParent());
            Files.delete(pointer);
        }
    }

    private Path pointedAt() throws IOException {
        try {
            return Path.of(Files.readString(pointer));
        } catch (NoSuchFileException e) {
            return Path.of("no-process-runs"); // connecting to it fails as it does to any socket that is not there
        }
    }

    private static boolean fits(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH_BYTES;
    }
}
