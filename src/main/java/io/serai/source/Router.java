package io.serai.source;

import io.serai.bucket.EvaluatedRow;
import io.serai.change.RowChange;
import io.serai.change.RowImage;
import io.serai.change.RowKey;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.RoutedChange.Outcome;
import io.serai.storage.RowState;
import io.serai.storage.RowState.Absent;
import io.serai.storage.TableHandle;
import io.serai.syncrules.TableEvaluator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Sends single changes through the route and puts what became of them into a batch. Thread-safe, as routes are. */
final class Router {
    private final String source;
    private final SourceRules rules;
    private final ChangeRoute route;
    private final RuleFailures failures;
    private final RoutedChange.Sender sender;
    private final @Nullable Set<String> rebuilt;
    private final Map<TableHandle, TableEvaluator> evaluators = new ConcurrentHashMap<>();

    Router(String source, SourceRules rules, ChangeRoute route, RuleFailures failures, RoutedChange.Sender sender) {
        this(source, rules, route, failures, sender, null);
    }

    private Router(
            String source,
            SourceRules rules,
            ChangeRoute route,
            RuleFailures failures,
            RoutedChange.Sender sender,
            @Nullable Set<String> rebuilt) {
        this.source = source;
        this.rules = rules;
        this.route = route;
        this.failures = failures;
        this.sender = sender;
        this.rebuilt = rebuilt;
    }

    /** A router of stored rows, which evaluates them for these definitions only. */
    Router rebuilding(Set<String> definitions) {
        return new Router(source, rules.only(definitions), route, failures, sender, definitions);
    }

    /** Whether the rules want anything of the table. */
    boolean wants(SourceTable table) {
        return !evaluator(table.handle()).isEmpty();
    }

    /** Routes one change; when it throws, the batch is as before. */
    void route(
            SourceTable table,
            RowChange change,
            SourceTransaction transaction,
            RoutedChange.Origin origin,
            RoutedChange.EarlierImages earlier,
            RoutedBatch batch)
            throws InterruptedException {
        RoutedChange routed = new RoutedChange(
                source, table, change, transaction, origin, earlier, evaluator(table.handle()), failures, sender);
        try {
            route.route(routed);
        } catch (InterruptedException | SeraiException e) {
            throw e;
        } catch (Exception e) {
            throw new SeraiException(
                    ErrorCode.SOURCE_ROUTE_FAILED,
                    "The route failed for a change and did not handle it: "
                            + e.getClass().getName(),
                    "source " + source + ", table " + table.table() + ", position " + transaction.commitAt(),
                    ErrorCode.SOURCE_ROUTE_FAILED.remedy(),
                    e);
        } finally {
            routed.end();
        }
        apply(table, routed, batch);
    }

    private void apply(SourceTable table, RoutedChange routed, RoutedBatch batch) {
        switch (routed.change()) {
            case RowChange.Insert insert -> appear(table, routed, insert.key(), insert.row(), batch);
            case RowChange.Update update -> {
                if (update.changesKey()) {
                    batch.put(table.handle(), update.oldKey(), Absent.ABSENT);
                }
                appear(table, routed, update.key(), update.row(), batch);
            }
            case RowChange.Delete delete -> batch.put(table.handle(), delete.key(), Absent.ABSENT);
            case RowChange.Truncate truncate -> batch.truncate(table.handle());
        }
    }

    private void appear(SourceTable table, RoutedChange routed, RowKey key, RowImage image, RoutedBatch batch) {
        if (!routed.passedPostImage()) {
            throw new SeraiException(
                    ErrorCode.SOURCE_ROUTE_INCOMPLETE,
                    "A change left the route without having passed postImage",
                    "source " + source + ", table " + table.table(),
                    ErrorCode.SOURCE_ROUTE_INCOMPLETE.remedy());
        }
        Outcome outcome = routed.outcome();
        switch (outcome) {
            case STORED -> batch.put(table.handle(), key, present(table, image, routed.evaluated()));
            case FILTERED -> batch.put(table.handle(), key, present(table, image, EvaluatedRow.NOTHING));
            case DIVERTED, REFUSED ->
                batch.divert(table.handle(), key, present(table, image, EvaluatedRow.NOTHING), routed.reason());
            case INCOMPLETE -> batch.incomplete(table.handle(), key);
        }
    }

    private RowState present(SourceTable table, RowImage image, EvaluatedRow evaluated) {
        return rebuilt == null
                ? new RowState.Present(table.relationNumber(), image.bytes(), evaluated)
                : new RowState.Rebuilt(table.relationNumber(), image.bytes(), evaluated, rebuilt);
    }

    private TableEvaluator evaluator(TableHandle table) {
        return evaluators.computeIfAbsent(table, t -> rules.evaluator(t.table()));
    }
}
