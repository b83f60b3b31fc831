package io.serai.app;

import io.serai.app.admin.AdminClient;
import io.serai.app.admin.StorageCompaction;
import io.serai.config.ServiceConfig;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Compacts the storage of a service: the process that runs does it, else this one. */
public final class Compactions {
    private Compactions() {}

    /**
     * Compacts it up to the newest checkpoint and says what was done, in one line.
     *
     * @throws SeraiException {@code STORAGE_NOT_FOUND} when there is none, {@code COMMAND_NO_CHECKPOINT} while it has no checkpoint
     */
    public static String run(ServiceConfig service) throws IOException, InterruptedException {
        Path folder = service.storage().path();
        Optional<AdminClient> process = Inspections.runningProcess(folder);
        if (process.isPresent()) {
            return process.get().compact();
        }
        Storages.openReadOnly(folder).close(); // a storage that is not there must not be made
        try (BucketStorage storage = Storages.open(folder)) {
            return StorageCompaction.run(storage);
        }
    }
}
