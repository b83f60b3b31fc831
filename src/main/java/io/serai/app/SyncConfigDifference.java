package io.serai.app;

import io.serai.app.admin.BucketSelection;
import io.serai.app.admin.CountedRows;
import io.serai.app.admin.Inspection;
import io.serai.config.ServiceConfig;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.syncrules.ParsedConfig;
import io.serai.syncrules.RulesDifference;
import io.serai.syncrules.RulesDifference.Definition;
import io.serai.syncrules.RulesDifference.Fate;
import io.serai.syncrules.SyncRules;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of the buckets when one sync config takes the place of another. Immutable.
 *
 * @param lines one for each definition
 */
public record SyncConfigDifference(List<Line> lines, List<String> addedTables, List<String> removedTables) {
    /** Copies the lists. */
    public SyncConfigDifference {
        lines = List.copyOf(lines);
        addedTables = List.copyOf(addedTables);
        removedTables = List.copyOf(removedTables);
    }

    /**
     * A definition and what is stored of it now.
     *
     * @param stored its buckets and their rows; empty where nothing is stored or that does not matter
     */
    public record Line(Definition definition, Optional<CountedRows> stored) {}

    /** Compares two files, as far as the service has a storage with what is stored of their definitions. */
    public static SyncConfigDifference between(Path before, Path after, Optional<ServiceConfig> service)
            throws ConfigurationRefused, IOException, InterruptedException {
        RulesDifference difference = RulesDifference.between(read(before), read(after));
        List<Line> lines = new ArrayList<>();
        Optional<Inspection> storage = service.isPresent() ? open(service.get()) : Optional.empty();
        try {
            for (Definition definition : difference.definitions()) {
                lines.add(new Line(definition, stored(definition, storage)));
            }
        } finally {
            if (storage.isPresent()) {
                storage.get().close();
            }
        }
        return new SyncConfigDifference(lines, difference.addedTables(), difference.removedTables());
    }

    private static SyncRules read(Path file) throws ConfigurationRefused {
        String text = Configuration.read(file, "Name a file with a sync config.");
        ParsedConfig parsed = SyncRules.parse(text);
        if (parsed.rules().isEmpty()) {
            throw new ConfigurationRefused(parsed.issues().stream()
                    .map(issue -> Fault.of(file, text, issue))
                    .toList());
        }
        return parsed.rules().get();
    }

    private static Optional<Inspection> open(ServiceConfig service) throws IOException, InterruptedException {
        try {
            return Optional.of(Inspections.open(service));
        } catch (SeraiException e) {
            if (e.code() == ErrorCode.STORAGE_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Optional<CountedRows> stored(Definition definition, Optional<Inspection> storage)
            throws IOException {
        boolean isReplaced = definition.fate() != Fate.KEPT && definition.fate() != Fate.ADDED;
        if (!isReplaced || storage.isEmpty()) {
            return Optional.empty();
        }
        String name = definition.oldName().orElseThrow();
        try (CountedRows.Counter counter = new CountedRows.Counter(bucket -> isOf(bucket, name))) {
            storage.get().operations(new BucketSelection(List.of(), name), counter);
            return Optional.of(counter.end());
        } catch (SeraiException e) {
            if (e.code() == ErrorCode.COMMAND_NO_CHECKPOINT) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Behind the definition's name a bucket has the number of a variant, and its parameters. */
    private static boolean isOf(String bucket, String definition) {
        return bucket.startsWith(definition + "[") || bucket.startsWith(definition + "|");
    }
}
