package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.DataPlan;
import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.LookupPlan;
import io.serai.syncrules.evaluator.OutputPlan;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.parser.SqlSelect;
import io.serai.syncrules.parser.SyncConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compiles an entry of {@code streams}. Each query becomes variants, one per AND of its condition; those that a client resolves in the same way
 * share a bucket, which is named after the first of them. Confined to one thread.
 */
final class StreamCompiler {
    private static final int MAX_BUCKETS = 100;
    private static final int LAST_WITH_LEGACY_RULES = 2;

    private final SyncConfig.Stream stream;
    private final boolean legacyRules;
    private final CommonTables commonTables;
    private final Dialect dialect;
    private final ConnectionTags tags;
    private final Report report;
    private final LookupIndexes indexes;
    private final List<DataPlan> data = new ArrayList<>();
    private final List<RequestPlan> requests = new ArrayList<>();
    private final Map<Variant.Resolution, String> buckets = new HashMap<>();
    private int variants;

    StreamCompiler(
            SyncConfig.Stream stream,
            int edition,
            CommonTables commonTables,
            Dialect dialect,
            ConnectionTags tags,
            Report report) {
        this.stream = stream;
        this.legacyRules = edition <= LAST_WITH_LEGACY_RULES;
        this.commonTables = commonTables;
        this.dialect = dialect;
        this.tags = tags;
        this.report = report;
        this.indexes =
                new LookupIndexes(stream.name(), legacyRules ? LookupPlan.Required.NO_BLOB : LookupPlan.Required.VALUE);
    }

    /** The plans of a stream; the lists are not complete when there were errors. */
    record Compiled(List<DataPlan> data, List<LookupPlan> lookups, List<RequestPlan> requests) {}

    Compiled compile() {
        for (int i = 0; i < stream.queries().size(); i++) {
            String name = stream.queries().size() == 1 ? stream.name() : stream.name() + ", query " + (i + 1);
            Query query = new Query(name, stream.queries().get(i), report);
            query.parse(!legacyRules).ifPresent(select -> compile(query, select));
        }
        if (requests.size() > MAX_BUCKETS) {
            report.error(
                    "streams.too-complex",
                    stream.span(),
                    "The stream needs " + requests.size() + " buckets; the limit is " + MAX_BUCKETS);
        }
        return new Compiled(data, indexes.plans(), requests);
    }

    private void compile(Query query, SqlSelect select) {
        int errorsBefore = report.errors();
        if (legacyRules && SelectList.onlyTable(query, select).isEmpty()) {
            return;
        }
        StreamSources sources = new StreamSources(tags);
        StreamQueryReader reader = new StreamQueryReader(sources, commonTables, dialect);
        StreamQueryReader.Read read = reader.read(query, select, null);
        Optional<StreamOutput.Result> output = new StreamOutput(query, sources, legacyRules)
                .compile(select, read.scope(), reader.expressions(query, read.scope()));
        if (report.errors() > errorsBefore || output.isEmpty()) {
            return;
        }
        NormalForm normalForm = new NormalForm(sources, !legacyRules);
        List<List<Condition.Term>> terms = normalForm.variants(read.condition());
        if (normalForm.isTooComplex()) {
            query.error(
                    "streams.too-complex",
                    query.whole(),
                    "The OR and AND of this condition give more than 100 variants; write several queries instead");
            return;
        }
        int before = requests.size();
        for (List<Condition.Term> variant : terms) {
            int table = output.get().table().number();
            new VariantCompiler(sources, indexes, table, legacyRules)
                    .compile(variant)
                    .ifPresent(compiled -> add(query, output.get(), compiled));
        }
        if (legacyRules && stream.autoSubscribe()) {
            warnOfParameters(query, requests.subList(before, requests.size()));
        }
    }

    private static void warnOfParameters(Query query, List<RequestPlan> requests) {
        boolean[] asks = {false};
        requests.forEach(request -> request.expressions()
                .forEach(expression -> expression.leaves(leaf -> asks[0] |= leaf instanceof Expression.Request asked
                        && asked.kind() == Expression.Request.Kind.SUBSCRIPTION)));
        if (asks[0]) {
            query.warning(
                    "streams.auto-subscribe-with-params",
                    query.whole(),
                    "Clients subscribe to this stream by default, and then all its parameters are NULL");
        }
    }

    private void add(Query query, StreamOutput.Result output, Variant variant) {
        int number = variants++;
        String prefix = stream.name() + "|" + number;
        if (!legacyRules) {
            String earlier = buckets.putIfAbsent(variant.resolution(), prefix);
            if (earlier != null) {
                data.add(plan(query, output, variant, earlier));
                return;
            }
        }
        data.add(plan(query, output, variant, prefix));
        RequestPlan request = new RequestPlan(
                stream.name(),
                query.name(),
                stream.name(),
                prefix,
                stream.priority().orElse(SyncConfig.DEFAULT_PRIORITY),
                variant.resolution().steps(),
                variant.resolution().conditions(),
                variant.resolution().parameters(),
                legacyRules,
                false);
        requests.add(request);
        if (!legacyRules && !stream.acceptDangerous()) {
            Security.check(query, request);
        }
    }

    private DataPlan plan(Query query, StreamOutput.Result output, Variant variant, String prefix) {
        OutputPlan plan = output.plan();
        return new DataPlan(stream.name(), query.name(), prefix, output.table().tables(), variant.match(), plan);
    }
}
