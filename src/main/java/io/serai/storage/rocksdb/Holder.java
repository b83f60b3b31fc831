package io.serai.storage.rocksdb;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file that names the process which has the storage open. RocksDB's own lock keeps others out; this says who it is. */
final class Holder {
    private static final Logger LOG = LoggerFactory.getLogger(Holder.class);
    private static final String FILE = "HOLDER";

    private Holder() {}

    /** Names this process. */
    static void write(Path storage) {
        try {
            Path written = Files.writeString(
                    storage.resolve(FILE + ".new"),
                    "process " + ProcessHandle.current().pid() + " on " + host());
            Files.move(written, storage.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("The file that names the storage's holder cannot be written");
        }
    }

    /** The process that has the storage open, as far as it is known. */
    static String read(Path storage) {
        try {
            return Files.readString(storage.resolve(FILE));
        } catch (IOException e) {
            return "a process that is just opening it";
        }
    }

    /** Says that nobody has it open. */
    static void clear(Path storage) {
        try {
            Files.deleteIfExists(storage.resolve(FILE));
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("The file that names the storage's holder stays");
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this host";
        }
    }
}
