package io.serai.testsupport;

import io.serai.app.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** A backup of a whole server that goes on meanwhile, as {@code pg_basebackup} takes it: replication slots are not in it. Confined to one thread. */
public final class BaseBackup implements AutoCloseable {
    private final PostgresServer server;
    private final Path folder;

    private BaseBackup(PostgresServer server, Path folder) {
        this.server = server;
        this.folder = folder;
    }

    /** Takes a backup of a server of {@link PostgresServer#own}, of version 15 or newer. */
    public static BaseBackup of(PostgresServer server) throws IOException, SQLException, InterruptedException {
        BaseBackup backup = new BaseBackup(server, Files.createTempDirectory("serai-backup-"));
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('test', true)");
            run("cp", "-a", server.data().toString(), backup.data().toString());
            try (ResultSet stopped = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                stopped.next();
                write(backup.data(), "backup_label", stopped.getString(1));
            }
            run(
                    "cp",
                    "-a",
                    "-T",
                    server.data().resolve("pg_wal").toString(),
                    backup.data().resolve("pg_wal").toString());
        }
        Files.deleteIfExists(backup.data().resolve("postmaster.pid"));
        Folders.delete(backup.data().resolve("pg_replslot"));
        run(
                "cp",
                "-a",
                backup.data().resolve("pg_notify").toString(),
                backup.data().resolve("pg_replslot").toString());
        return backup;
    }

    /** Starts a server from a copy of the backup that follows the primary, which it finds at {@code link}; the test closes it. */
    public PostgresServer startStandby(TcpProxy link) throws IOException, InterruptedException {
        return startStandby(link, Map.of());
    }

    /** As {@link #startStandby(TcpProxy)}, with other settings. */
    public PostgresServer startStandby(TcpProxy link, Map<String, String> settings)
            throws IOException, InterruptedException {
        Path copy = Files.createTempDirectory("serai-standby-");
        run("cp", "-a", data().toString(), copy.resolve("data").toString());
        write(copy.resolve("data"), "standby.signal", "");
        Map<String, String> all = new TreeMap<>(settings);
        all.put(
                "primary_conninfo",
                "host=" + link.host() + " port=" + link.port() + " user=" + server.user() + " password="
                        + server.password() + " dbname=postgres");
        return server.on(copy, all);
    }

    /** Puts the backup in the place of what the server has now; the server runs before and afterwards. */
    public void restore() throws IOException, InterruptedException {
        Path data = server.data();
        server.stop();
        run("rm", "-r", data.toString());
        run("cp", "-a", data().toString(), data.toString());
        server.start();
    }

    @Override
    public void close() throws IOException {
        Folders.delete(folder);
    }

    private Path data() {
        return folder.resolve("data");
    }

    /** Writes a file of the server's user. */
    private static void write(Path data, String name, String text) throws IOException {
        Path file = Files.writeString(data.resolve(name), text);
        Files.setOwner(file, Files.getOwner(data));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            throw new IOException(String.join(" ", command) + " ended with " + exit);
        }
    }
}
