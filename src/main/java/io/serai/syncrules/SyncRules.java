package io.serai.syncrules;

import io.serai.change.TableRef;
import io.serai.change.ValueFormat;
import io.serai.syncrules.compiler.ConnectionTags;
import io.serai.syncrules.compiler.NameUse;
import io.serai.syncrules.compiler.RuleCompiler;
import io.serai.syncrules.compiler.RulePlans;
import io.serai.syncrules.evaluator.DataPlan;
import io.serai.syncrules.evaluator.EventPlan;
import io.serai.syncrules.evaluator.LookupPlan;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.evaluator.RowEvaluator;
import io.serai.syncrules.evaluator.RowExplainer;
import io.serai.syncrules.parser.ConfigReader;
import io.serai.syncrules.parser.Issues;
import io.serai.syncrules.parser.Names;
import io.serai.syncrules.parser.SyncConfig;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules of one sync config, compiled. Immutable and thread-safe. */
public final class SyncRules {
    /** The tag of a connection that has none, and of a table without one in the sync config. */
    public static final String DEFAULT_TAG = "default";

    private final ValueFormat format;
    private final RulePlans plans;
    private final String text;
    private final String fingerprint;

    private SyncRules(ValueFormat format, RulePlans plans, String text, String fingerprint) {
        this.format = format;
        this.plans = plans;
        this.text = text;
        this.fingerprint = fingerprint;
    }

    /** Reads a sync config; all issues are found at once, and each has its place in {@code yaml}. */
    public static ParsedConfig parse(String yaml) {
        return parse(yaml, ConnectionTags.any());
    }

    /**
     * As {@link #parse(String)}, when there are no connections but those with these tags: a stream's table with another tag is that of connections
     * without one.
     */
    public static ParsedConfig parse(String yaml, Set<String> connectionTags) {
        return parse(yaml, new ConnectionTags(Optional.of(connectionTags)));
    }

    private static ParsedConfig parse(String yaml, ConnectionTags tags) {
        Issues issues = new Issues(yaml);
        Optional<SyncRules> rules =
                new ConfigReader(yaml, issues).read().map(config -> compile(yaml, config, tags, issues));
        return new ParsedConfig(issues.sorted(), issues.hasErrors() ? Optional.empty() : rules);
    }

    private static SyncRules compile(String yaml, SyncConfig config, ConnectionTags tags, Issues issues) {
        RulePlans plans = new RuleCompiler(config, tags, issues).compile();
        ValueFormat format = config.compatibility().valueFormat();
        return issues.hasErrors()
                ? new SyncRules(format, plans, yaml, "")
                : new SyncRules(format, plans.withIds(DefinitionIds.of(config, plans)), yaml, Fingerprint.of(config));
    }

    /** The sync config that these are the rules of, as it was written. */
    public String text() {
        return text;
    }

    /** The part of these rules that fills the definitions with these ids, for rows only: it answers no requests. */
    public SyncRules only(Set<String> definitions) {
        return new SyncRules(format, plans.only(definitions::contains), text, fingerprint);
    }

    /** The ids ({@link io.serai.bucket.DefinitionId}) of the bucket definitions and streams that tables of connections with this tag feed. */
    public Set<String> definitions(String connectionTag) {
        Set<String> names = new TreeSet<>();
        plans.data().stream()
                .filter(plan -> plan.tables().connectionTag().equals(connectionTag))
                .map(DataPlan::definition)
                .forEach(names::add);
        plans.lookups().stream()
                .filter(plan -> plan.tables().connectionTag().equals(connectionTag))
                .map(LookupPlan::definition)
                .forEach(names::add);
        return Set.copyOf(names);
    }

    /** The ids of all bucket definitions and streams. */
    public Set<String> definitions() {
        Set<String> ids = new TreeSet<>();
        plans.data().forEach(plan -> ids.add(plan.definition()));
        plans.lookups().forEach(plan -> ids.add(plan.definition()));
        return Set.copyOf(ids);
    }

    /** The tables that the rules read from connections with this tag. */
    public List<TablePattern> tables(String connectionTag) {
        return plans.tables()
                .filter(tables -> tables.connectionTag().equals(connectionTag))
                .map(tables -> tables.pattern())
                .toList();
    }

    /** The tables that the rules read, as people write them: {@code schema.name}, with the tag of their connection unless it has none. */
    Set<String> tableNames() {
        Set<String> names = new TreeSet<>();
        plans.tables()
                .forEach(tables -> names.add((tables.connectionTag().equals(DEFAULT_TAG)
                                ? ""
                                : tables.connectionTag() + ".")
                        + tables.pattern().schema().map(schema -> schema + ".").orElse("")
                        + tables.pattern().name()));
        return names;
    }

    /**
     * Warnings of tables and columns that the rules name and a database lacks.
     *
     * @param tables the tables of a database that is connected with this tag, and their columns
     */
    public List<RuleIssue> compare(String connectionTag, String defaultSchema, Map<TableRef, Set<String>> tables) {
        return new SchemaCheck(connectionTag, defaultSchema, tables).check(plans.uses());
    }

    /** Warnings of tables that the rules name with a tag that no connection has. */
    public List<RuleIssue> compare(Set<String> connectionTags) {
        return plans.uses().stream()
                .filter(use -> use.column().isEmpty())
                .filter(use -> !connectionTags.contains(use.tables().connectionTag()))
                .map(use -> unknownTag(use, connectionTags))
                .toList();
    }

    private static RuleIssue unknownTag(NameUse use, Set<String> known) {
        String tag = use.tables().connectionTag();
        return use.unknown()
                .with(
                        "schema.connection-not-found",
                        "No connection has the tag \"" + tag + "\"" + Names.hint(tag, known));
    }

    /** The evaluator of one table of a connection with this tag and default schema. */
    public TableEvaluator table(String connectionTag, TableRef table, String defaultSchema) {
        return rowEvaluator(connectionTag, table, defaultSchema);
    }

    /** As {@link #table}, for those who want to see each place of a row and not only the last one in each bucket. */
    public RowEvaluator rowEvaluator(String connectionTag, TableRef table, String defaultSchema) {
        return new RowEvaluator(
                table,
                format,
                data(connectionTag, table, defaultSchema),
                lookups(connectionTag, table, defaultSchema),
                events(connectionTag, table, defaultSchema));
    }

    /** What each query by itself makes of rows of one table of a connection with this tag and default schema. */
    public RowExplainer explainer(String connectionTag, TableRef table, String defaultSchema) {
        return new RowExplainer(
                table, format, data(connectionTag, table, defaultSchema), lookups(connectionTag, table, defaultSchema));
    }

    private List<DataPlan> data(String connectionTag, TableRef table, String defaultSchema) {
        return plans.data().stream()
                .filter(plan -> plan.tables().matches(connectionTag, table, defaultSchema))
                .toList();
    }

    private List<LookupPlan> lookups(String connectionTag, TableRef table, String defaultSchema) {
        return plans.lookups().stream()
                .filter(plan -> plan.tables().matches(connectionTag, table, defaultSchema))
                .toList();
    }

    private List<EventPlan> events(String connectionTag, TableRef table, String defaultSchema) {
        return plans.events().stream()
                .filter(plan -> plan.tables().matches(connectionTag, table, defaultSchema))
                .toList();
    }

    /** The buckets of a client, with its lookups answered as of one checkpoint. */
    public ClientBuckets buckets(ClientRequest request, ClientBuckets.LookupReader lookups) {
        return new ClientResolver(plans, request, lookups).resolve();
    }

    /** The bucket definitions and streams that clients may have buckets of, in the order of the sync config. */
    public List<ClientBuckets.Stream> clientStreams() {
        return Stream.concat(
                        plans.definitions().stream()
                                .map(RequestPlan::definition)
                                .distinct()
                                .map(name -> new ClientBuckets.Stream(name, true)),
                        plans.streams().stream()
                                .map(stream -> new ClientBuckets.Stream(stream.name(), stream.autoSubscribe())))
                .toList();
    }

    /** The names of the streams, in the order of the sync config. */
    public List<String> streams() {
        return plans.streams().stream().map(RulePlans.StreamPlan::name).toList();
    }

    /** The names of the events that have a payload, in the order of the sync config. */
    public Set<String> events() {
        return plans.events().stream().map(EventPlan::event).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** How values are to be decoded. */
    public ValueFormat format() {
        return format;
    }

    /**
     * A text that is equal for sync configs that mean the same, whatever their comments, white space and order of keys: the SHA-256, in
     * hexadecimal digits, of their contents in one order.
     */
    public String fingerprint() {
        return fingerprint;
    }
}
