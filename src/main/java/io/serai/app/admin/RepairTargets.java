package io.serai.app.admin;

import io.serai.app.explain.ExplainedSource;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.Repair;
import io.serai.source.SourceDatabase;
import io.serai.source.SourceTable;
import io.serai.source.StoredTables;
import io.serai.storage.BucketStorage;
import io.serai.syncrules.parser.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds the tables that a repair is for. Used once, confined to one thread. */
public final class RepairTargets {
    private final RepairRequest request;
    private final Set<String> unknown;
    private final Set<String> known = new TreeSet<>();
    private final Map<String, List<SourceTable>> targets = new LinkedHashMap<>();

    private RepairTargets(RepairRequest request) {
        this.request = request;
        this.unknown = new TreeSet<>(request.tables());
    }

    /**
     * The tables by source: those that are named, or all; for a retry, of these the ones with rows that are listed.
     *
     * @param sources those of service.yaml, in its order
     * @throws SeraiException {@code COMMAND_TABLE_UNKNOWN} when no source has a table of a name, {@code COMMAND_FAILED} when there is no such source
     */
    public static Map<String, List<SourceTable>> of(
            BucketStorage storage, List<ExplainedSource> sources, RepairRequest request) {
        RepairTargets targets = new RepairTargets(request);
        for (ExplainedSource source : targets.asked(sources)) {
            try (SourceDatabase database = source.database().get()) {
                targets.add(source.id(), StoredTables.of(storage.state(source.id()), database));
            }
        }
        targets.requireAllKnown();
        return targets.targets;
    }

    private List<ExplainedSource> asked(List<ExplainedSource> sources) {
        List<ExplainedSource> asked = sources.stream()
                .filter(source -> request.source().map(source.id()::equals).orElse(true))
                .toList();
        if (asked.isEmpty()) {
            String ids = sources.stream().map(ExplainedSource::id).collect(Collectors.joining(", "));
            throw new SeraiException(
                    ErrorCode.COMMAND_FAILED,
                    "There is no source \"" + request.source().orElse("") + "\"",
                    "",
                    "Known are " + ids + ".");
        }
        return asked;
    }

    private void add(String source, StoredTables stored) {
        List<SourceTable> found = new ArrayList<>();
        for (SourceTable table : stored.tables()) {
            if (!table.isGone()) {
                List<String> names = List.of(table.table().name(), table.table().toString());
                known.addAll(names);
                boolean isNamed = request.tables().isEmpty() || names.stream().anyMatch(request.tables()::contains);
                names.forEach(unknown::remove);
                if (isNamed && (request.repair() != Repair.RETRY || stored.diverted(table) > 0)) {
                    found.add(table);
                }
            }
        }
        if (!found.isEmpty()) {
            targets.put(source, found);
        }
    }

    private void requireAllKnown() {
        for (String name : unknown) {
            throw new SeraiException(
                    ErrorCode.COMMAND_TABLE_UNKNOWN,
                    "No source replicates a table \"" + name + "\"",
                    "",
                    Names.nearest(name, known)
                            .map(near -> "Did you mean \"" + near + "\"?")
                            .orElse(ErrorCode.COMMAND_TABLE_UNKNOWN.remedy()));
        }
    }
}
