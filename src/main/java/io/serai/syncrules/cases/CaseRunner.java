package io.serai.syncrules.cases;

import static io.serai.syncrules.cases.CaseMembers.elements;
import static io.serai.syncrules.cases.CaseMembers.get;
import static io.serai.syncrules.cases.CaseMembers.object;
import static io.serai.syncrules.cases.CaseMembers.objects;
import static io.serai.syncrules.cases.CaseMembers.objectsOrNone;
import static io.serai.syncrules.cases.CaseMembers.text;
import static io.serai.syncrules.cases.CaseMembers.textOr;

import io.serai.bucket.BucketRow;
import io.serai.bucket.Checksum;
import io.serai.bucket.DefinitionId;
import io.serai.bucket.Lookup;
import io.serai.bucket.OutputRow;
import io.serai.change.Json;
import io.serai.change.JsonBytes;
import io.serai.change.JsonReader;
import io.serai.change.JsonText;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import io.serai.syncrules.ClientBuckets;
import io.serai.syncrules.ClientRequest;
import io.serai.syncrules.ParsedConfig;
import io.serai.syncrules.RuleIssue;
import io.serai.syncrules.SyncRules;
import io.serai.syncrules.evaluator.EvaluationException;
import io.serai.syncrules.evaluator.RowEvaluator;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Runs one case and says what came of it, in the shape of the case's {@code expected}. Categories: {@code functions}, {@code row-eval},
 * {@code param}, {@code errors}, {@code end-to-end}, {@code op-format} and, for the sources that it is given, {@code types}. Immutable and
 * thread-safe.
 */
public final class CaseRunner {
    private static final String DEFAULT_SCHEMA = "test_schema";
    private static final Json.Object UNSUPPORTED = answer("unsupported", Json.Literal.TRUE);

    private final Map<String, SourceValues> sources;

    /** A runner that does the category {@code types} for these sources, by the names that cases give them. */
    public CaseRunner(Map<String, SourceValues> sources) {
        this.sources = Map.copyOf(sources);
    }

    /**
     * What came of a case; {@code {"unsupported":true}} when its category or source is not known.
     *
     * @throws IllegalArgumentException when the case lacks something, or holds something else than its category needs
     */
    public Json.Object run(Json.Object input) {
        return switch (text(input, "category")) {
            case "functions" -> functions(input);
            case "row-eval" -> rowEval(input);
            case "param" -> param(input);
            case "errors" -> errors(input);
            case "end-to-end" -> endToEnd(input);
            case "op-format" -> opFormat(input);
            case "types" -> types(input);
            default -> UNSUPPORTED;
        };
    }

    private static Json.Object functions(Json.Object input) {
        String query = "SELECT id, " + text(input, "expr") + " AS r FROM t";
        Json.Object row = object(input, "row");
        String data = "bucket_definitions: {b: {data: [" + JsonText.quoted(query) + "]}}";
        String stream = "streams: {s: {query: " + JsonText.quoted(query) + "}}";
        return answer(
                "legacy", function(data, row),
                "legacyFixedJson", function("config: {edition: 1, fixed_json_extract: true}\n" + data, row),
                "streams", function("config: {edition: 3}\n" + stream, row));
    }

    private static Json.Object function(String yaml, Json.Object members) {
        Optional<SyncRules> rules = SyncRules.parse(yaml).rules();
        if (rules.isEmpty()) {
            return answer("compileError", Json.Literal.TRUE);
        }
        TableRef table = new TableRef(DEFAULT_SCHEMA, "t");
        List<Json.Member> withId = new ArrayList<>(members.members());
        withId.removeIf(member -> member.name().equals("id"));
        withId.add(new Json.Member("id", TypedValues.json(Value.of("x"))));
        Row row = TypedValues.row(table, new Json.Object(withId));
        try {
            RowEvaluator evaluator = rules.get().rowEvaluator(SyncRules.DEFAULT_TAG, table, DEFAULT_SCHEMA);
            return answer("value", TypedValues.json(evaluator.output(row, "r")));
        } catch (EvaluationException e) {
            return answer("runtimeError", Json.Literal.TRUE);
        }
    }

    private static Json.Object rowEval(Json.Object input) {
        ParsedConfig config = rules(input, List.of(input));
        if (config.rules().isEmpty()) {
            return invalid(config);
        }
        Evaluated evaluated = new Evaluated(config.rules().get(), prefix(input));
        evaluated.add(input);
        List<Json> rows = new ArrayList<>();
        for (BucketRow row : evaluated.rows) {
            rows.add(answer(
                    "bucket", new Json.Text(evaluated.prefix + row.bucket().name()),
                    "table", new Json.Text(row.row().table()),
                    "id", new Json.Text(row.row().id()),
                    "dataJson", new Json.Text(data(row.row())),
                    "checksum", number(Checksum.unsigned(row.row().checksum()))));
        }
        return answer(
                "rows", new Json.Array(rows),
                "rowErrors", number(evaluated.rowErrors),
                "parameters", evaluated.lookups(),
                "parameterErrors", number(evaluated.lookupErrors));
    }

    private static Json.Object param(Json.Object input) {
        ParsedConfig config = rules(input, objectsOrNone(input, "parameterRows"));
        if (config.rules().isEmpty()) {
            return invalid(config);
        }
        Evaluated evaluated = new Evaluated(config.rules().get(), prefix(input));
        evaluated.addAll(objectsOrNone(input, "parameterRows"));
        ClientBuckets buckets = evaluated.buckets(input);
        if (buckets.failures().stream().anyMatch(ClientBuckets.Failure::fatal)) {
            return answer("requestError", Json.Literal.TRUE);
        }
        List<Json> found = new ArrayList<>();
        for (ClientBuckets.Bucket bucket : buckets.buckets()) {
            List<Json> reasons = bucket.reasons().stream()
                    .<Json>map(reason -> reason.subscription().isPresent()
                            ? answer(
                                    "subscription", number(reason.subscription().getAsInt()))
                            : new Json.Text("default"))
                    .toList();
            found.add(answer(
                    "bucket", new Json.Text(evaluated.prefix + bucket.bucket().name()),
                    "priority", number(bucket.priority()),
                    "definition",
                            new Json.Text(DefinitionId.name(bucket.bucket().definition())),
                    "reasons", new Json.Array(reasons)));
        }
        return answer(
                "buckets",
                new Json.Array(found),
                "errors",
                number(buckets.failures().size()));
    }

    private static Json.Object errors(Json.Object input) {
        String yaml = text(input, "rules");
        ParsedConfig config = SyncRules.parse(yaml);
        List<RuleIssue> all = new ArrayList<>(config.issues());
        if (config.rules().isPresent() && input.get("schema") instanceof Json.Object schema) {
            all.addAll(config.rules().get().compare(SyncRules.DEFAULT_TAG, DEFAULT_SCHEMA, tables(schema)));
        }
        List<Json> issues = new ArrayList<>();
        for (RuleIssue issue : all) {
            issues.add(answer(
                    "level", new Json.Text(issue.level() == RuleIssue.Level.ERROR ? "error" : "warning"),
                    "code", new Json.Text(issue.code()),
                    "start", number(issue.start()),
                    "end", number(issue.end()),
                    "text", new Json.Text(yaml.substring(issue.start(), issue.end())),
                    "message", new Json.Text(issue.message())));
        }
        boolean valid = config.rules().isPresent();
        return answer("valid", valid ? Json.Literal.TRUE : Json.Literal.FALSE, "issues", new Json.Array(issues));
    }

    private static Map<TableRef, Set<String>> tables(Json.Object schema) {
        Map<TableRef, Set<String>> tables = new LinkedHashMap<>();
        for (Json.Member table : schema.members()) {
            Set<String> columns = new LinkedHashSet<>();
            object(schema, table.name()).members().forEach(column -> columns.add(column.name()));
            tables.put(new TableRef(DEFAULT_SCHEMA, table.name()), columns);
        }
        return tables;
    }

    private static Json.Object endToEnd(Json.Object input) {
        ParsedConfig config = rules(input, objectsOrNone(input, "sourceRows"));
        if (config.rules().isEmpty()) {
            return invalid(config);
        }
        Evaluated evaluated = new Evaluated(config.rules().get(), "");
        evaluated.addAll(objectsOrNone(input, "sourceRows"));
        List<Json> clients = new ArrayList<>();
        for (Json.Object client : objects(input, "clients")) {
            clients.add(evaluated.client(client));
        }
        return answer("clients", new Json.Array(clients));
    }

    /** The case's rules, for the connections of its tables and one without a tag. */
    private static ParsedConfig rules(Json.Object input, List<Json.Object> tableRows) {
        Set<String> tags = tableRows.stream().map(CaseRunner::tag).collect(Collectors.toCollection(HashSet::new));
        tags.add(SyncRules.DEFAULT_TAG);
        return SyncRules.parse(text(input, "rules"), tags);
    }

    /** The tag of the connection that a row's table is of. */
    private static String tag(Json.Object tableRow) {
        return tableRow.get("table") instanceof Json.Object table
                ? textOr(table, "connectionTag", SyncRules.DEFAULT_TAG)
                : SyncRules.DEFAULT_TAG;
    }

    private static Json.Object opFormat(Json.Object input) {
        return switch (text(input, "kind")) {
            case "put-checksum" -> {
                JsonBytes json = new JsonBytes(256);
                json.append('{');
                for (Json.Member member : object(input, "data").members()) {
                    if (json.size() > 1) {
                        json.append(',');
                    }
                    json.appendQuoted(member.name());
                    json.append(':');
                    json.append(TypedValues.value(member.value()));
                }
                json.append('}');
                OutputRow row = new OutputRow(text(input, "objectType"), text(input, "objectId"), json.toByteArray());
                yield answer(
                        "dataJson", new Json.Text(data(row)), "checksum", number(Checksum.unsigned(row.checksum())));
            }
            case "remove-checksum" -> {
                byte[] text = ("delete." + text(input, "subkey")).getBytes(StandardCharsets.UTF_8);
                int checksum = Checksum.of(Checksum.sha256().digest(text));
                yield answer("checksum", number(Checksum.unsigned(checksum)));
            }
            case "sum" -> {
                int sum = 0;
                for (Json checksum : elements(input, "checksums")) {
                    if (!(checksum instanceof Json.IntegerNumber number)) {
                        throw new IllegalArgumentException("the case's checksums are not integers");
                    }
                    sum += number.value().intValue();
                }
                yield answer("checksum", number(sum), "unsigned", number(Checksum.unsigned(sum)));
            }
            case "replica-id" -> ReplicaIds.ofColumns(text(input, "tableId"), object(input, "keyColumns"));
            case "mongo-subkey" ->
                ReplicaIds.ofDocument(
                        text(input, "tableId"), text(input, "tableIdKind").equals("objectid"), get(input, "sourceId"));
            default -> UNSUPPORTED;
        };
    }

    private Json.Object types(Json.Object input) {
        SourceValues source = sources.get(text(input, "source"));
        return source == null ? UNSUPPORTED : ValueContexts.of(source.read(input));
    }

    /** What rules have made of rows so far. Confined to one thread. */
    private static final class Evaluated {
        private final SyncRules rules;
        private final String prefix;
        private final List<BucketRow> rows = new ArrayList<>();
        private final Map<ClientBuckets.LookupKey, List<String>> lookups = new LinkedHashMap<>();
        private int rowErrors;
        private int lookupErrors;

        Evaluated(SyncRules rules, String prefix) {
            this.rules = rules;
            this.prefix = prefix;
        }

        void addAll(List<Json.Object> tableRows) {
            tableRows.forEach(this::add);
        }

        void add(Json.Object tableRow) {
            Json named = get(tableRow, "table");
            TableRef table;
            if (named instanceof Json.Object object) {
                table = new TableRef(textOr(object, "schema", DEFAULT_SCHEMA), text(object, "name"));
            } else if (named instanceof Json.Text name) {
                table = new TableRef(DEFAULT_SCHEMA, name.value());
            } else {
                throw new IllegalArgumentException("the case's member \"table\" is not a text or an object");
            }
            Row row = TypedValues.row(table, object(tableRow, "row"));
            RowEvaluator evaluator = rules.rowEvaluator(tag(tableRow), table, DEFAULT_SCHEMA);
            rows.addAll(evaluator.bucketRows(row, (query, reason) -> rowErrors++));
            for (Lookup lookup : evaluator.lookups(row, (query, reason) -> lookupErrors++)) {
                ClientBuckets.LookupKey key =
                        new ClientBuckets.LookupKey(lookup.definition(), lookup.index(), lookup.key());
                lookups.computeIfAbsent(key, ignored -> new ArrayList<>()).add(lookup.values());
            }
        }

        Json lookups() {
            List<Json> all = new ArrayList<>();
            lookups.forEach((key, values) -> {
                List<Json> lookup = new ArrayList<>();
                lookup.add(TypedValues.json(Value.of(DefinitionId.name(key.definition()))));
                lookup.add(TypedValues.json(Value.of(key.index())));
                Json.Array keys = (Json.Array) JsonReader.read(key.key());
                keys.elements().forEach(element -> lookup.add(TypedValues.json(element.toValue())));
                List<Json> rowsOfKey =
                        values.stream().map(Evaluated::typedMembers).toList();
                all.add(answer("lookup", new Json.Array(lookup), "values", new Json.Array(rowsOfKey)));
            });
            return new Json.Array(all);
        }

        private static Json typedMembers(String values) {
            List<Json.Member> members = new ArrayList<>();
            for (Json.Member member : ((Json.Object) JsonReader.read(values)).members()) {
                members.add(new Json.Member(
                        member.name(), TypedValues.json(member.value().toValue())));
            }
            return new Json.Object(members);
        }

        ClientBuckets buckets(Json.Object client) {
            return rules.buckets(request(client), key -> lookups.getOrDefault(key, List.of()));
        }

        /** The rows that a client gets from all of its buckets. */
        Json.Object client(Json.Object client) {
            record Key(String table, String id) {}
            Map<Key, List<Json>> data = new LinkedHashMap<>();
            Map<Key, Integer> priorities = new LinkedHashMap<>();
            for (ClientBuckets.Bucket bucket : buckets(client).buckets()) {
                for (BucketRow row : rows) {
                    if (row.bucket().equals(bucket.bucket())) {
                        Key key = new Key(row.row().table(), row.row().id());
                        Json text = new Json.Text(data(row.row()));
                        List<Json> variants = data.computeIfAbsent(key, ignored -> new ArrayList<>());
                        if (!variants.contains(text)) {
                            variants.add(text);
                        }
                        priorities.merge(key, bucket.priority(), Math::min);
                    }
                }
            }
            List<Json> result = new ArrayList<>();
            data.forEach((key, variants) -> result.add(answer(
                    "table", new Json.Text(key.table),
                    "id", new Json.Text(key.id),
                    "priority", number(priorities.getOrDefault(key, 0)),
                    "dataJson", new Json.Array(variants))));
            return answer("rows", new Json.Array(result));
        }
    }

    private static ClientRequest request(Json.Object client) {
        List<ClientRequest.Subscription> subscriptions = new ArrayList<>();
        for (Json.Object subscription : objectsOrNone(client, "subscriptions")) {
            Optional<Integer> priority = subscription.get("priority") instanceof Json.IntegerNumber number
                    ? Optional.of(number.value().intValueExact())
                    : Optional.empty();
            subscriptions.add(new ClientRequest.Subscription(
                    text(subscription, "stream"), Optional.ofNullable(subscription.get("parameters")), priority));
        }
        Json.Object parameters =
                client.get("clientParameters") instanceof Json.Object object ? object : new Json.Object(List.of());
        return new ClientRequest(
                object(client, "jwt"),
                parameters,
                subscriptions,
                client.get("includeDefaultStreams") != Json.Literal.FALSE);
    }

    private static Json.Object invalid(ParsedConfig config) {
        List<Json> messages = new ArrayList<>();
        for (RuleIssue issue : config.issues()) {
            if (issue.level() == RuleIssue.Level.ERROR) {
                messages.add(new Json.Text(issue.message()));
            }
        }
        return answer("invalid", number(messages.size()), "messages", new Json.Array(messages));
    }

    private static String prefix(Json.Object input) {
        return input.get("hydration") instanceof Json.Object hydration
                        && hydration.get("versioned") instanceof Json.IntegerNumber version
                ? version.value() + "#"
                : "";
    }

    private static String data(OutputRow row) {
        return new String(row.json(), StandardCharsets.UTF_8);
    }

    private static Json number(long value) {
        return new Json.IntegerNumber(BigInteger.valueOf(value));
    }

    /** An object of names and values in turn. */
    private static Json.Object answer(Object... namesAndValues) {
        List<Json.Member> members = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.add(new Json.Member((String) namesAndValues[i], (Json) namesAndValues[i + 1]));
        }
        return new Json.Object(members);
    }
}
