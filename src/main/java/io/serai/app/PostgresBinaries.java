package io.serai.app;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of a Postgres server, unpacked from a {@code .txz} archive. Several processes may unpack one archive at once.
 * Immutable.
 */
public final class PostgresBinaries {
    private final Path home;

    private PostgresBinaries(Path home) {
        this.home = home;
    }

    /**
     * The programs of {@code archive}, unpacked into a cache folder of this user (of the machine for root, whose servers run as another
     * user) unless they are there already. Needs the system's {@code tar}, but neither root nor a network.
     */
    public static PostgresBinaries unpack(Path archive) {
        Path cache = cacheFolder();
        try {
            Path home = cache.resolve("postgres-" + fingerprint(archive));
            if (!Files.isDirectory(home)) {
                unpack(archive, Files.createDirectories(cache), home);
            }
            return new PostgresBinaries(home);
        } catch (IOException e) {
            throw new SeraiException(
                    ErrorCode.DEMO_POSTGRES,
                    "The Postgres binaries cannot be unpacked: " + e,
                    archive + " into " + cache,
                    "Check that `tar` is installed, and the space and the permissions of that folder.",
                    e);
        }
    }

    /** The path of one program, for example {@code initdb}. */
    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    private static Path cacheFolder() {
        if (ServerUser.isRoot()) {
            return Path.of("/var/cache/serai");
        }
        String caches = System.getenv("XDG_CACHE_HOME");
        return caches == null || caches.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache", "serai")
                : Path.of(caches, "serai");
    }

    private static String fingerprint(Path archive) throws IOException {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(archive), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    /** Unpacks beside {@code home} and renames at the end, so that a folder of that name is always complete. */
    private static void unpack(Path archive, Path cache, Path home) throws IOException {
        Path unpacking = Files.createTempDirectory(cache, "unpacking-");
        Files.setPosixFilePermissions(unpacking, PosixFilePermissions.fromString("rwxr-xr-x"));
        Process tar = new ProcessBuilder("tar", "-x", "-f", "-", "--no-same-owner", "-C", unpacking.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream in = new XZInputStream(Files.newInputStream(archive));
                OutputStream out = tar.getOutputStream()) {
            in.transferTo(out);
        }
        int exit = tar.onExit().join().exitValue();
        if (exit != 0) {
            throw new IOException("tar ended with " + exit);
        }
        try {
            Files.move(unpacking, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            Folders.delete(unpacking); // another process was faster
        }
    }
}
