package io.serai.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The lock that RocksDB holds on a storage's folder: a POSIX record lock on its file {@code LOCK}, which Java's file locks are, too. */
final class StorageLock {
    private StorageLock() {}

    /** Whether another process has the storage open. Not for a process that has it open itself: it would lose the lock. */
    static boolean isHeld(Path folder) throws IOException {
        Path file = folder.resolve("LOCK");
        if (!Files.exists(file)) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        }
    }
}
