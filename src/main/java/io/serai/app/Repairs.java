package io.serai.app;

import io.serai.app.admin.AdminClient;
import io.serai.app.admin.CommandResult;
import io.serai.app.admin.RepairReport;
import io.serai.app.admin.RepairRequest;
import io.serai.app.admin.RepairTargets;
import io.serai.app.admin.StatusFormat;
import io.serai.config.ServiceConfig;
import io.serai.error.SeraiException;
import io.serai.source.PendingRepairs;
import io.serai.source.SourceTable;
import io.serai.storage.BucketStorage;
import io.serai.storage.SourceStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sends stored rows through their routes again, or reads tables again: the process that runs does it, or the next one. */
public final class Repairs {
    private Repairs() {}

    /**
     * Lets the process that runs on the storage do it, and waits for it; with none running, stores what the next one has to do.
     */
    public static CommandResult run(ServiceConfig service, RepairRequest request, StatusFormat format)
            throws IOException, InterruptedException {
        Path folder = service.storage().path();
        Optional<AdminClient> process = Inspections.runningProcess(folder);
        if (process.isEmpty()) {
            try {
                return store(service, request).in(format);
            } catch (SeraiException e) {
                process = Inspections.runningProcess(folder);
                if (process.isEmpty()) {
                    throw e;
                } // one started meanwhile, and the storage is its own
            }
        }
        return process.get().repair(request, format);
    }

    private static RepairReport store(ServiceConfig service, RepairRequest request)
            throws IOException, InterruptedException {
        Path folder = service.storage().path();
        Storages.openReadOnly(folder).close(); // a storage that is not there must not be made
        try (BucketStorage storage = Storages.open(folder)) {
            Map<String, List<SourceTable>> targets =
                    RepairTargets.of(storage, Explanations.sources(service, storage), request);
            targets.forEach((source, tables) -> write(storage, request, source, tables));
            return RepairReport.later(request.repair(), targets);
        }
    }

    private static void write(BucketStorage storage, RepairRequest request, String source, List<SourceTable> tables) {
        try (SourceStorage writer = storage.acquire(source)) {
            PendingRepairs.write(
                    writer,
                    request.repair(),
                    tables.stream().map(table -> table.handle().number()).toList());
        }
    }
}
