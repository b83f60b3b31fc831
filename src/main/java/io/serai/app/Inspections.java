package io.serai.app;

import io.serai.app.admin.AdminClient;
import io.serai.app.admin.Inspection;
import io.serai.app.admin.StoredInspection;
import io.serai.config.Connection;
import io.serai.config.ServiceConfig;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds the way to look at a storage: through the process that runs on it, else by its files. */
public final class Inspections {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private Inspections() {}

    /**
     * Opens the service's storage for a look; waits for a process that holds it and does not answer yet, because it is starting.
     *
     * @throws SeraiException {@code STORAGE_NOT_FOUND} when there is none, {@code STORAGE_LOCKED} when its holder does not answer at all
     */
    public static Inspection open(ServiceConfig service) throws IOException, InterruptedException {
        Path folder = service.storage().path();
        Optional<AdminClient> process = runningProcess(folder);
        if (process.isPresent()) {
            return process.get();
        }
        return new StoredInspection(
                Version.current(),
                folder,
                kinds(service),
                Storages.openReadOnly(folder),
                (source, storageId) -> facts(service, source, storageId),
                Clock.systemUTC());
    }

    /** The process that runs on the storage, waited for while it is starting; empty when nobody holds the storage. */
    static Optional<AdminClient> runningProcess(Path folder) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Optional<AdminClient> process = AdminClient.of(folder);
            if (process.isPresent() || !StorageLock.isHeld(folder)) {
                return process;
            }
            if (System.nanoTime() > deadline) {
                throw new SeraiException(
                        ErrorCode.STORAGE_LOCKED,
                        "A process has the storage open and does not answer",
                        "path " + folder,
                        ErrorCode.STORAGE_LOCKED.remedy());
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private static Map<String, String> facts(ServiceConfig service, String source, String storageId) {
        for (Connection connection : service.connections()) {
            if (connection.id().equals(source)) {
                return Databases.facts(connection, storageId);
            }
        }
        return Map.of();
    }

    /** The kind of each source by its id, in the order of the file. */
    static Map<String, String> kinds(ServiceConfig service) {
        Map<String, String> kinds = new LinkedHashMap<>();
        for (Connection connection : service.connections()) {
            kinds.put(connection.id(), connection.type());
        }
        return kinds;
    }
}
