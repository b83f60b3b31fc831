package io.serai.app.explain;

import io.serai.app.explain.Explanation.InTable;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceDatabase;
import io.serai.storage.BucketStorage;
import io.serai.syncrules.SyncRules;
import io.serai.syncrules.parser.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Compares what a storage holds of a row with what the sync rules say of its stored image. Immutable and thread-safe. */
public final class Explainer {
    private final BucketStorage storage;
    private final Supplier<SyncRules> rules;
    private final List<ExplainedSource> sources;

    /**
     * An explainer of one storage.
     *
     * @param storage not closed with this
     * @param rules answers those that clients are served by
     * @param sources those of service.yaml, in its order
     */
    public Explainer(BucketStorage storage, Supplier<SyncRules> rules, List<ExplainedSource> sources) {
        this.storage = storage;
        this.rules = rules;
        this.sources = List.copyOf(sources);
    }

    /**
     * Explains the row in each source that has the table.
     *
     * @throws SeraiException {@code COMMAND_TABLE_UNKNOWN} when none has it, {@code COMMAND_KEY_WRONG} when the key does not fit the table's,
     *     {@code COMMAND_FAILED} when there is no such source
     */
    public Explanation explain(RowQuestion question) {
        List<InTable> found = new ArrayList<>();
        Set<String> known = new TreeSet<>();
        for (ExplainedSource source : asked(question)) {
            try (SourceDatabase database = source.database().get()) {
                SourceLook look = SourceLook.at(storage, rules.get(), source, database);
                found.addAll(look.explain(question));
                known.addAll(look.names());
            }
        }
        if (found.isEmpty()) {
            throw unknownTable(question.table(), known);
        }
        return new Explanation(question, found);
    }

    private List<ExplainedSource> asked(RowQuestion question) {
        if (question.source().isEmpty()) {
            return sources;
        }
        String wanted = question.source().get();
        List<ExplainedSource> asked =
                sources.stream().filter(source -> source.id().equals(wanted)).toList();
        if (asked.isEmpty()) {
            String known = sources.stream().map(ExplainedSource::id).collect(Collectors.joining(", "));
            throw new SeraiException(
                    ErrorCode.COMMAND_FAILED, "There is no source \"" + wanted + "\"", "", "Known are " + known + ".");
        }
        return asked;
    }

    private static SeraiException unknownTable(String table, Set<String> known) {
        return new SeraiException(
                ErrorCode.COMMAND_TABLE_UNKNOWN,
                "No source replicates a table \"" + table + "\", and no query of the sync config reads it",
                "",
                Names.nearest(table, known)
                        .map(name -> "Did you mean \"" + name + "\"?")
                        .orElse(ErrorCode.COMMAND_TABLE_UNKNOWN.remedy()));
    }
}
