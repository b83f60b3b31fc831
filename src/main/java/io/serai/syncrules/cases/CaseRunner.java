package io.serai.syncrules.cases;

import io.serai.bucket.BucketRow;
import io.serai.bucket.Checksum;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs one case and says what came of it, in the shape of the case's {@code expected}. Categories: {@code functions}, {@code row-eval},
 * {@code param}, {@code errors}, {@code end-to-end} and {@code op-format}. Immutable and thread-safe.
 */
public final class CaseRunner {
    private static final String DEFAULT_SCHEMA = "test_schema";
    private static final Json UNSUPPORTED = object("unsupported", Json.Literal.TRUE);

    /** What came of a case. */
    public Json run(Json.Object input) {
        return switch (text(input, "category")) {
            case "functions" -> functions(input);
            case "row-eval" -> rowEval(input);
            case "param" -> param(input);
            case "errors" -> errors(input);
            case "end-to-end" -> endToEnd(input);
            case "op-format" -> opFormat(input);
            default -> UNSUPPORTED;
        };
    }

    private static Json functions(Json.Object input) {
        String query = "SELECT id, " + text(input, "expr") + " AS r FROM t";
        Json.Object row = (Json.Object) get(input, "row");
        String data = "bucket_definitions: {b: {data: [" + JsonText.quoted(query) + "]}}";
        String stream = "streams: {s: {query: " + JsonText.quoted(query) + "}}";
        return object(
                "legacy", function(data, row),
                "legacyFixedJson", function("config: {edition: 1, fixed_json_extract: true}\n" + data, row),
                "streams", function("config: {edition: 3}\n" + stream, row));
    }

    private static Json function(String yaml, Json.Object members) {
        Optional<SyncRules> rules = SyncRules.parse(yaml).rules();
        if (rules.isEmpty()) {
            return object("compileError", Json.Literal.TRUE);
        }
        TableRef table = new TableRef(DEFAULT_SCHEMA, "t");
        List<Json.Member> withId = new ArrayList<>(members.members());
        withId.removeIf(member -> member.name().equals("id"));
        withId.add(new Json.Member("id", TypedValues.json(Value.of("x"))));
        Row row = TypedValues.row(table, new Json.Object(withId));
        try {
            RowEvaluator evaluator = rules.get().rowEvaluator(SyncRules.DEFAULT_TAG, table, DEFAULT_SCHEMA);
            return object("value", TypedValues.json(evaluator.output(row, "r")));
        } catch (EvaluationException e) {
            return object("runtimeError", Json.Literal.TRUE);
        }
    }

    private static Json rowEval(Json.Object input) {
        ParsedConfig config = SyncRules.parse(text(input, "rules"));
        if (config.rules().isEmpty()) {
            return invalid(config);
        }
        Evaluated evaluated = new Evaluated(config.rules().get(), prefix(input));
        evaluated.add(get(input, "table"), (Json.Object) get(input, "row"));
        List<Json> rows = new ArrayList<>();
        for (BucketRow row : evaluated.rows) {
            rows.add(object(
                    "bucket", new Json.Text(evaluated.prefix + row.bucket().name()),
                    "table", new Json.Text(row.row().table()),
                    "id", new Json.Text(row.row().id()),
                    "dataJson", new Json.Text(data(row.row())),
                    "checksum", number(Checksum.unsigned(row.row().checksum()))));
        }
        return object(
                "rows", new Json.Array(rows),
                "rowErrors", number(evaluated.rowErrors),
                "parameters", evaluated.lookups(),
                "parameterErrors", number(evaluated.lookupErrors));
    }

    private static Json param(Json.Object input) {
        ParsedConfig config = SyncRules.parse(text(input, "rules"));
        if (config.rules().isEmpty()) {
            return invalid(config);
        }
        Evaluated evaluated = new Evaluated(config.rules().get(), prefix(input));
        evaluated.addAll(input.get("parameterRows"));
        ClientBuckets buckets = evaluated.buckets(input);
        if (buckets.failures().stream().anyMatch(ClientBuckets.Failure::fatal)) {
            return object("requestError", Json.Literal.TRUE);
        }
        List<Json> found = new ArrayList<>();
        for (ClientBuckets.Bucket bucket : buckets.buckets()) {
            List<Json> reasons = bucket.reasons().stream()
                    .map(reason -> reason.subscription().isPresent()
                            ? object(
                                    "subscription", number(reason.subscription().getAsInt()))
                            : new Json.Text("default"))
                    .toList();
            found.add(object(
                    "bucket", new Json.Text(evaluated.prefix + bucket.bucket().name()),
                    "priority", number(bucket.priority()),
                    "definition", new Json.Text(bucket.bucket().definition()),
                    "reasons", new Json.Array(reasons)));
        }
        return object(
                "buckets",
                new Json.Array(found),
                "errors",
                number(buckets.failures().size()));
    }

    private static Json errors(Json.Object input) {
        ParsedConfig config = SyncRules.parse(text(input, "rules"));
        List<RuleIssue> all = new ArrayList<>(config.issues());
        if (config.rules().isPresent() && input.get("schema") instanceof Json.Object schema) {
            all.addAll(config.rules().get().compare(SyncRules.DEFAULT_TAG, DEFAULT_SCHEMA, tables(schema)));
        }
        List<Json> issues = new ArrayList<>();
        for (RuleIssue issue : all) {
            issues.add(object(
                    "level", new Json.Text(issue.level() == RuleIssue.Level.ERROR ? "error" : "warning"),
                    "code", new Json.Text(issue.code()),
                    "start", number(issue.start()),
                    "end", number(issue.end()),
                    "message", new Json.Text(issue.message())));
        }
        boolean valid = config.rules().isPresent();
        return object("valid", valid ? Json.Literal.TRUE : Json.Literal.FALSE, "issues", new Json.Array(issues));
    }

    private static Map<TableRef, Set<String>> tables(Json.Object schema) {
        Map<TableRef, Set<String>> tables = new LinkedHashMap<>();
        for (Json.Member table : schema.members()) {
            Set<String> columns = new LinkedHashSet<>();
            ((Json.Object) table.value()).members().forEach(column -> columns.add(column.name()));
            tables.put(new TableRef(DEFAULT_SCHEMA, table.name()), columns);
        }
        return tables;
    }

    private static Json endToEnd(Json.Object input) {
        ParsedConfig config = SyncRules.parse(text(input, "rules"));
        if (config.rules().isEmpty()) {
            return invalid(config);
        }
        Evaluated evaluated = new Evaluated(config.rules().get(), "");
        evaluated.addAll(input.get("sourceRows"));
        List<Json> clients = new ArrayList<>();
        for (Json client : ((Json.Array) get(input, "clients")).elements()) {
            clients.add(evaluated.client((Json.Object) client));
        }
        return object("clients", new Json.Array(clients));
    }

    private static Json opFormat(Json.Object input) {
        return switch (text(input, "kind")) {
            case "put-checksum" -> {
                JsonBytes json = new JsonBytes(256);
                json.append('{');
                for (Json.Member member : ((Json.Object) get(input, "data")).members()) {
                    if (json.size() > 1) {
                        json.append(',');
                    }
                    json.appendQuoted(member.name());
                    json.append(':');
                    json.append(TypedValues.value(member.value()));
                }
                json.append('}');
                OutputRow row = new OutputRow(text(input, "objectType"), text(input, "objectId"), json.toByteArray());
                yield object(
                        "dataJson", new Json.Text(data(row)), "checksum", number(Checksum.unsigned(row.checksum())));
            }
            case "remove-checksum" -> {
                byte[] text = ("delete." + text(input, "subkey")).getBytes(StandardCharsets.UTF_8);
                int checksum = Checksum.of(Checksum.sha256().digest(text));
                yield object("checksum", number(Checksum.unsigned(checksum)));
            }
            case "sum" -> {
                int sum = 0;
                for (Json checksum : ((Json.Array) get(input, "checksums")).elements()) {
                    sum += ((Json.IntegerNumber) checksum).value().intValue();
                }
                yield object("checksum", number(sum), "unsigned", number(Checksum.unsigned(sum)));
            }
            case "replica-id" -> ReplicaIds.ofColumns(text(input, "tableId"), (Json.Object) get(input, "keyColumns"));
            case "mongo-subkey" ->
                ReplicaIds.ofDocument(
                        text(input, "tableId"), text(input, "tableIdKind").equals("objectid"), get(input, "sourceId"));
            default -> UNSUPPORTED;
        };
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

        void addAll(@Nullable Json tables) {
            if (tables instanceof Json.Array array) {
                for (Json item : array.elements()) {
                    Json.Object object = (Json.Object) item;
                    add(get(object, "table"), (Json.Object) get(object, "row"));
                }
            }
        }

        void add(Json named, Json.Object members) {
            TableRef table;
            String tag = SyncRules.DEFAULT_TAG;
            if (named instanceof Json.Object object) {
                table = new TableRef(textOr(object, "schema", DEFAULT_SCHEMA), text(object, "name"));
                tag = textOr(object, "connectionTag", tag);
            } else {
                table = new TableRef(DEFAULT_SCHEMA, ((Json.Text) named).value());
            }
            Row row = TypedValues.row(table, members);
            RowEvaluator evaluator = rules.rowEvaluator(tag, table, DEFAULT_SCHEMA);
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
                lookup.add(TypedValues.json(Value.of(key.definition())));
                lookup.add(TypedValues.json(Value.of(key.index())));
                Json.Array keys = (Json.Array) JsonReader.read(key.key());
                keys.elements().forEach(element -> lookup.add(TypedValues.json(element.toValue())));
                List<Json> rowsOfKey =
                        values.stream().map(Evaluated::typedMembers).toList();
                all.add(object("lookup", new Json.Array(lookup), "values", new Json.Array(rowsOfKey)));
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
        Json client(Json.Object client) {
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
            data.forEach((key, variants) -> result.add(object(
                    "table", new Json.Text(key.table),
                    "id", new Json.Text(key.id),
                    "priority", number(priorities.getOrDefault(key, 0)),
                    "dataJson", new Json.Array(variants))));
            return object("rows", new Json.Array(result));
        }
    }

    private static ClientRequest request(Json.Object client) {
        List<ClientRequest.Subscription> subscriptions = new ArrayList<>();
        if (client.get("subscriptions") instanceof Json.Array array) {
            for (Json item : array.elements()) {
                Json.Object subscription = (Json.Object) item;
                Optional<Integer> priority = subscription.get("priority") instanceof Json.IntegerNumber number
                        ? Optional.of(number.value().intValueExact())
                        : Optional.empty();
                subscriptions.add(new ClientRequest.Subscription(
                        text(subscription, "stream"), Optional.ofNullable(subscription.get("parameters")), priority));
            }
        }
        Json.Object parameters =
                client.get("clientParameters") instanceof Json.Object object ? object : new Json.Object(List.of());
        return new ClientRequest(
                (Json.Object) get(client, "jwt"),
                parameters,
                subscriptions,
                client.get("includeDefaultStreams") != Json.Literal.FALSE);
    }

    private static Json invalid(ParsedConfig config) {
        long errors = config.issues().stream()
                .filter(issue -> issue.level() == RuleIssue.Level.ERROR)
                .count();
        return object("invalid", number(errors));
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

    private static Json get(Json.Object object, String name) {
        Json value = object.get(name);
        if (value == null) {
            throw new IllegalArgumentException("The case has no member \"" + name + "\"");
        }
        return value;
    }

    private static String text(Json.Object object, String name) {
        return ((Json.Text) get(object, name)).value();
    }

    private static String textOr(Json.Object object, String name, String otherwise) {
        return object.get(name) instanceof Json.Text text ? text.value() : otherwise;
    }

    private static Json number(long value) {
        return new Json.IntegerNumber(BigInteger.valueOf(value));
    }

    /** An object of names and values in turn. */
    private static Json object(Object... namesAndValues) {
        List<Json.Member> members = new ArrayList<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.add(new Json.Member((String) namesAndValues[i], (Json) namesAndValues[i + 1]));
        }
        return new Json.Object(members);
    }
}
