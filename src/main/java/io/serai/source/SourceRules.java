package io.serai.source;

import io.serai.bucket.BucketRow;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.Lookup;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import io.serai.syncrules.SyncRules;
import io.serai.syncrules.TableEvaluator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the rules of one or more sync configs make of one source's rows. Definitions that several of them have are evaluated once; the events are those of
 * the first. Immutable and thread-safe.
 */
final class SourceRules {
    private final List<SyncRules> rules;
    private final String connectionTag;
    private final String defaultSchema;

    /** The rules of these sync configs for a connection with this tag and default schema. */
    SourceRules(List<SyncRules> configs, String connectionTag, String defaultSchema) {
        this.rules = new ArrayList<>();
        this.connectionTag = connectionTag;
        this.defaultSchema = defaultSchema;
        Set<String> known = new HashSet<>();
        for (SyncRules config : configs) {
            Set<String> added = new HashSet<>(config.definitions());
            added.removeAll(known);
            known.addAll(added);
            rules.add(rules.isEmpty() ? config : config.only(added));
        }
    }

    /** The part that fills the definitions with these ids. */
    SourceRules only(Set<String> definitions) {
        return new SourceRules(
                rules.stream().map(config -> config.only(definitions)).toList(), connectionTag, defaultSchema);
    }

    /** What these rules make of rows of the table. */
    TableEvaluator evaluator(TableRef table) {
        List<TableEvaluator> evaluators = rules.stream()
                .map(config -> config.table(connectionTag, table, defaultSchema))
                .filter(evaluator -> !evaluator.isEmpty())
                .toList();
        return evaluators.size() == 1 ? evaluators.getFirst() : new Several(evaluators);
    }

    private record Several(List<TableEvaluator> evaluators) implements TableEvaluator {
        @Override
        public EvaluatedRow evaluate(Row row, FailureListener failures) {
            List<BucketRow> bucketRows = new ArrayList<>();
            List<Lookup> lookups = new ArrayList<>();
            for (TableEvaluator evaluator : evaluators) {
                EvaluatedRow evaluated = evaluator.evaluate(row, failures);
                bucketRows.addAll(evaluated.bucketRows());
                lookups.addAll(evaluated.lookups());
            }
            return new EvaluatedRow(bucketRows, lookups);
        }

        @Override
        public List<Map<String, Value>> payloads(String event, Row row, FailureListener failures) {
            List<Map<String, Value>> payloads = new ArrayList<>();
            evaluators.forEach(evaluator -> payloads.addAll(evaluator.payloads(event, row, failures)));
            return payloads;
        }

        @Override
        public boolean isEmpty() {
            return evaluators.isEmpty();
        }
    }
}
