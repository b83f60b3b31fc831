package io.serai.app;

import io.serai.app.admin.AdminClient;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.rocksdb.RocksDbStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the storage that service.yaml names. */
final class Storages {
    private static final Duration TRY_AGAIN = Duration.ofMillis(100);

    private Storages() {}

    /**
     * Opens it for writing; waits while a command has it open, or a process that is stopping.
     *
     * @throws SeraiException {@code STORAGE_LOCKED} when a process runs on it
     */
    static BucketStorage open(Path folder) throws IOException, InterruptedException {
        boolean isWaiting = false;
        while (true) {
            try {
                return RocksDbStorage.open(folder, Clock.systemUTC(), new SecureRandom());
            } catch (SeraiException e) {
                if (e.code() != ErrorCode.STORAGE_LOCKED
                        || AdminClient.of(folder).isPresent()) {
                    throw e;
                }
                if (!isWaiting) {
                    logger().atWarn()
                            .addKeyValue("failure", e.getMessage())
                            .log("Waiting for the process that has the storage open");
                    isWaiting = true;
                }
            }
            Thread.sleep(TRY_AGAIN);
        }
    }

    /** Opens it for reading, while no process has it open. */
    static BucketStorage openReadOnly(Path folder) {
        return RocksDbStorage.openReadOnly(folder);
    }

    /** Made when it is needed: commands that log nothing start faster without a logging system. */
    private static Logger logger() {
        return LoggerFactory.getLogger(Storages.class);
    }
}
