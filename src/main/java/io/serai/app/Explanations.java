package io.serai.app;

import io.serai.app.admin.AdminClient;
import io.serai.app.admin.StatusFormat;
import io.serai.app.explain.ExplainedSource;
import io.serai.app.explain.Explainer;
import io.serai.app.explain.Explanation;
import io.serai.app.explain.RowQuestion;
import io.serai.config.ServiceConfig;
import io.serai.storage.BucketStorage;
import io.serai.syncrules.SyncRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Explains why a row is, or is not, in which bucket. */
public final class Explanations {
    private Explanations() {}

    /**
     * Explains a row through the process that runs on the storage, with the rules that it runs with; or alone, with those that the storage was filled for.
     *
     * @throws ConfigurationRefused when no process runs and the sync rules have errors
     */
    public static String run(ServiceConfig service, RowQuestion question, StatusFormat format)
            throws IOException, InterruptedException, ConfigurationRefused {
        Path folder = service.storage().path();
        Optional<AdminClient> process = Inspections.runningProcess(folder);
        if (process.isPresent()) {
            return process.get().explain(question, format);
        }
        try (BucketStorage storage = Storages.openReadOnly(folder)) {
            SyncRules rules = rules(service, storage);
            Explanation explanation = explainer(service, () -> rules, storage).explain(question);
            return switch (format) {
                case TEXT -> explanation.text();
                case JSON -> explanation.json();
            };
        }
    }

    /** The rules that the storage was filled for, which are not those of an edited sync config; else those that service.yaml names. */
    private static SyncRules rules(ServiceConfig service, BucketStorage storage) throws ConfigurationRefused {
        Optional<SyncRules> stored = storage.generations()
                .active()
                .flatMap(active -> SyncRules.parse(active.deployment().text()).rules());
        return stored.isPresent()
                ? stored.get()
                : Configuration.withRules(service).rules();
    }

    /** An explainer for the sources of service.yaml; {@code storage} is not closed with it. */
    static Explainer explainer(ServiceConfig service, Supplier<SyncRules> rules, BucketStorage storage) {
        return new Explainer(storage, rules, sources(service, storage));
    }

    /** The sources of service.yaml, in its order. */
    static List<ExplainedSource> sources(ServiceConfig service, BucketStorage storage) {
        return service.connections().stream()
                .map(connection -> new ExplainedSource(
                        connection.id(), connection.tag(), () -> Databases.open(connection, storage.id())))
                .toList();
    }
}
