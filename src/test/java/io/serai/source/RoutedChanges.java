package io.serai.source;

import io.serai.bucket.EvaluatedRow;
import io.serai.change.Lsn;
import io.serai.change.Relation;
import io.serai.change.RowChange;
import io.serai.change.RowImage;
import io.serai.error.SeraiException;
import io.serai.storage.TableHandle;
import io.serai.syncrules.TableEvaluator;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Makes changes as a replication does, and tells what became of them; for tests of routes. */
public final class RoutedChanges {
    /** When the transaction of all changes was committed. */
    public static final Instant COMMIT_TIME = Instant.parse("2026-02-03T04:05:06.789Z");

    private RoutedChanges() {}

    /** A streamed change of transaction 42 in source {@code shop}, whose row had no earlier image. */
    public static RoutedChange of(Relation relation, RowChange change, TableEvaluator evaluator) {
        return of(relation, change, null, evaluator);
    }

    /** A streamed change of transaction 42 in source {@code shop}. */
    public static RoutedChange of(
            Relation relation, RowChange change, @Nullable RowImage earlier, TableEvaluator evaluator) {
        return of(relation, change, earlier, evaluator, false);
    }

    /** The same of a source that stops while the change is on its way, whose row had no earlier image. */
    public static RoutedChange ofAStoppingSource(Relation relation, RowChange change, TableEvaluator evaluator) {
        return of(relation, change, null, evaluator, true);
    }

    private static RoutedChange of(
            Relation relation,
            RowChange change,
            @Nullable RowImage earlier,
            TableEvaluator evaluator,
            boolean isStopping) {
        return new RoutedChange(
                "shop",
                new SourceTable(new TableHandle(1, relation.table()), 1, relation, ""),
                change,
                new SourceTransaction(42, new Lsn(0x16B3748), COMMIT_TIME),
                RoutedChange.Origin.LOG,
                (table, key) -> earlier,
                evaluator,
                (query, reason) -> {},
                new RoutedChange.Sender() {
                    @Override
                    public boolean isStopping() {
                        return isStopping;
                    }

                    @Override
                    public void cameLate(SeraiException failure) {}
                });
    }

    /** The route has returned. */
    public static void end(RoutedChange change) {
        change.end();
    }

    /** What became of it: FILTERED, STORED, INCOMPLETE, DIVERTED or REFUSED. */
    public static String outcome(RoutedChange change) {
        return change.outcome().name();
    }

    /** What is stored of it. */
    public static EvaluatedRow evaluated(RoutedChange change) {
        return change.evaluated();
    }

    /** Why it was diverted or refused. */
    public static String reason(RoutedChange change) {
        return change.reason();
    }
}
