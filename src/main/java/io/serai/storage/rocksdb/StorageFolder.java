package io.serai.storage.rocksdb;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** A folder with a storage: whether there is one, of which format, and who has it open. */
final class StorageFolder {
    /** The format that this version writes. A version that reads it differently raises the number. */
    static final int FORMAT = 3;

    private static final List<String> LOCKED = List.of("While lock file", "lock hold by current process");

    /** What the system says of files that are sound. */
    private static final List<String> REFUSED = List.of(
            "Permission denied",
            "Operation not permitted",
            "Read-only file system",
            "No space left on device",
            "Disk quota exceeded",
            "Too many open files",
            "Input/output error");

    private static final int ID_LENGTH = 8;
    private static final String ID_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    private StorageFolder() {}

    /** Opens the database in the folder, which is made when it is missing. */
    static Database open(Path path, Settings settings) {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw failed(ErrorCode.STORAGE_WRITE_FAILED, "The folder of the storage cannot be made", path, e);
        }
        try {
            Database database = Database.open(path, false, settings);
            Holder.write(path);
            return database;
        } catch (RocksDBException e) {
            throw codeOf(e) == ErrorCode.STORAGE_LOCKED
                    ? failed(ErrorCode.STORAGE_LOCKED, "The storage is open in " + Holder.read(path), path, e)
                    : unreadable(path, e);
        }
    }

    /** Opens the database in the folder for reading. */
    static Database openReadOnly(Path path) {
        if (!Database.isIn(path)) {
            throw failed(ErrorCode.STORAGE_NOT_FOUND, "There is no storage at this path", path, null);
        }
        try {
            return Database.open(path, true, Settings.DEFAULT);
        } catch (RocksDBException e) {
            throw unreadable(path, e);
        }
    }

    /** Makes a new database a storage, or verifies that it is one; answers the storage's id. */
    static String prepare(Path path, Database database, InstantSource clock, RandomGenerator random) {
        if (!database.isEmpty(Family.META)) {
            return verify(path, database);
        }
        String id = newId(random);
        WriteBuffer write = database.newWrite();
        write.put(Family.META, Keys.FORMAT, new Encoder(4).i32(FORMAT).toBytes());
        write.put(Family.META, Keys.IDENTITY, id.getBytes(StandardCharsets.UTF_8));
        write.put(
                Family.META,
                Keys.COUNTERS,
                Counters.first(clock.instant().getEpochSecond()).encode());
        database.write(write);
        return id;
    }

    /** Verifies that the database is a storage of a format that this version knows; answers its id. */
    static String verify(Path path, Database database) {
        if (database.isEmpty(Family.META)) { // whoever made it was killed before it was one
            throw failed(ErrorCode.STORAGE_NOT_FOUND, "There is no storage at this path yet", path, null);
        }
        byte[] format = database.get(Family.META, Keys.FORMAT);
        byte[] id = database.get(Family.META, Keys.IDENTITY);
        if (format == null || id == null) {
            throw failed(ErrorCode.STORAGE_DAMAGED, "The database in this folder is not a storage", path, null);
        }
        int found = new Decoder(format).i32();
        if (found < FORMAT) {
            throw failed(
                    ErrorCode.STORAGE_OLDER_FORMAT,
                    "The storage has format " + found + ", this version writes " + FORMAT,
                    path,
                    null);
        }
        if (found > FORMAT) {
            throw failed(
                    ErrorCode.STORAGE_NEWER_FORMAT,
                    "The storage has format " + found + ", this version writes " + FORMAT,
                    path,
                    null);
        }
        return new String(id, StandardCharsets.UTF_8);
    }

    private static String newId(RandomGenerator random) {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ID_CHARACTERS.charAt(random.nextInt(ID_CHARACTERS.length())));
        }
        return id.toString();
    }

    /** Whether somebody has the database open, the system refuses access to it, or it is damaged; only the message tells. */
    static ErrorCode codeOf(RocksDBException failure) {
        String message = String.valueOf(failure.getMessage());
        if (LOCKED.stream().anyMatch(message::contains)) {
            return ErrorCode.STORAGE_LOCKED;
        }
        return REFUSED.stream().anyMatch(message::endsWith)
                ? ErrorCode.STORAGE_WRITE_FAILED
                : ErrorCode.STORAGE_DAMAGED;
    }

    private static SeraiException unreadable(Path path, RocksDBException cause) {
        return failed(codeOf(cause), "The storage cannot be opened: " + cause.getMessage(), path, cause);
    }

    private static SeraiException failed(ErrorCode code, String what, Path path, @Nullable Throwable cause) {
        return new SeraiException(code, what, "path " + path.toAbsolutePath(), code.remedy(), cause);
    }
}
