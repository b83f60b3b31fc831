package io.serai.app.explain;

import io.serai.app.explain.Explanation.InTable;
import io.serai.app.explain.Explanation.Replicated;
import io.serai.change.Json;
import io.serai.change.Row;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.change.TableRef;
import io.serai.source.RulesSelection;
import io.serai.source.SourceDatabase;
import io.serai.source.SourceTable;
import io.serai.source.StoredTables;
import io.serai.storage.BucketStorage;
import io.serai.storage.PlacedRow;
import io.serai.storage.SourceState;
import io.serai.syncrules.QueryOutcome;
import io.serai.syncrules.SyncRules;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What one source has of a row, as of one moment. Used once, confined to one thread. */
final class SourceLook {
    private final BucketStorage storage;
    private final SyncRules rules;
    private final ExplainedSource source;
    private final String defaultSchema;
    private final RulesSelection selection;
    private final boolean isShown;
    private final StoredTables stored;

    private SourceLook(
            BucketStorage storage,
            SyncRules rules,
            ExplainedSource source,
            String defaultSchema,
            SourceState state,
            StoredTables stored) {
        this.storage = storage;
        this.rules = rules;
        this.source = source;
        this.defaultSchema = defaultSchema;
        this.selection = new RulesSelection(rules, source.tag(), defaultSchema);
        this.isShown = state.takesPart();
        this.stored = stored;
    }

    static SourceLook at(BucketStorage storage, SyncRules rules, ExplainedSource source, SourceDatabase database) {
        SourceState state = storage.state(source.id());
        return new SourceLook(
                storage, rules, source, database.defaultSchema(), state, StoredTables.of(state, database));
    }

    /** The names by which tables of the source can be asked for. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        Stream.concat(stored.tables().stream().map(SourceTable::table), selection.named().stream())
                .forEach(table -> {
                    names.add(table.name());
                    names.add(table.toString());
                });
        return names;
    }

    /** One answer for each table of that name; none when the source neither has nor wants it. */
    List<InTable> explain(RowQuestion question) {
        List<SourceTable> tables = stored.tables().stream()
                .filter(table -> isNamed(table.table(), question.table()))
                .toList();
        return tables.isEmpty()
                ? wanted(question.table()).stream().map(this::notReplicated).toList()
                : tables.stream()
                        .map(table -> replicated(table, question.key()))
                        .toList();
    }

    private static boolean isNamed(TableRef table, String name) {
        return table.name().equals(name) || table.toString().equals(name);
    }

    /** The table of that name that the sync rules read; the name may hold dots, so each may end the schema's. */
    private Optional<TableRef> wanted(String name) {
        Stream<TableRef> named = selection.named().stream().filter(table -> isNamed(table, name));
        Stream<TableRef> bare = Stream.of(new TableRef(defaultSchema, name));
        Stream<TableRef> qualified = name.chars().anyMatch(c -> c == '.')
                ? Stream.of(new TableRef(name.substring(0, name.indexOf('.')), name.substring(name.indexOf('.') + 1)))
                : Stream.of();
        return Stream.of(named, bare, qualified)
                .flatMap(tables -> tables)
                .filter(selection::isWanted)
                .findFirst();
    }

    private InTable notReplicated(TableRef table) {
        return new InTable(
                source.id(),
                table.toString(),
                new Json.Object(List.of()),
                Replicated.NO,
                isShown,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(Notes.NOT_REPLICATED));
    }

    private InTable replicated(SourceTable table, List<String> arguments) {
        List<String> values = KeyArguments.values(arguments, table.relation());
        RowKey key = KeyArguments.key(values);
        Optional<PlacedRow> placed = storage.row(source.id(), table.handle(), key);
        Optional<Row> row = placed.flatMap(this::decoded);
        List<QueryOutcome> outcomes = row.map(of -> rules.explainer(source.tag(), table.table(), defaultSchema)
                        .explain(of))
                .orElse(List.of());
        InTable answer = new InTable(
                source.id(),
                table.table().toString(),
                KeyArguments.named(values, table.relation()),
                replication(table),
                isShown,
                stored.isIncomplete(table, key),
                stored.diverted(table, key),
                row.map(of -> RowJson.of(of, rules.format())),
                placed.map(PlacedRow::places).orElse(List.of()),
                outcomes,
                List.of());
        return Notes.addedTo(answer);
    }

    private Replicated replication(SourceTable table) {
        if (table.isGone()) {
            return Replicated.GONE;
        }
        return stored.progress(table).isDone() ? Replicated.YES : Replicated.COPYING;
    }

    private Optional<Row> decoded(PlacedRow placed) {
        return stored.relation(placed.row().relation())
                .map(relation -> new RowImage(relation, placed.row().image()))
                .filter(RowImage::isComplete)
                .map(RowImage::row);
    }
}
