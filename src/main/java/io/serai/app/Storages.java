package io.serai.app;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.rocksdb.RocksDbStorage;
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

    /** Opens it for writing; waits for as long as another process, a command for example, has it open. */
    static BucketStorage open(Path folder) throws InterruptedException {
        boolean isWaiting = false;
        while (true) {
            try {
                return RocksDbStorage.open(folder, Clock.systemUTC(), new SecureRandom());
            } catch (SeraiException e) {
                if (e.code() != ErrorCode.STORAGE_LOCKED) {
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
