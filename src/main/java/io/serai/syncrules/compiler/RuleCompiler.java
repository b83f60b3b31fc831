package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.DataPlan;
import io.serai.syncrules.evaluator.EventPlan;
import io.serai.syncrules.evaluator.LookupPlan;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.parser.Issues;
import io.serai.syncrules.parser.SyncConfig;
import java.util.ArrayList;
import java.util.List;

/** Compiles a sync config into plans; what is wrong is reported. Confined to one thread. */
public final class RuleCompiler {
    private final SyncConfig config;
    private final ConnectionTags tags;
    private final Report report;

    /** A compiler of {@code config}, which is for connections with these tags, that reports to {@code issues}. */
    public RuleCompiler(SyncConfig config, ConnectionTags tags, Issues issues) {
        this.config = config;
        this.tags = tags;
        this.report = new Report(issues);
    }

    /** The plans of all definitions and streams that have no errors. */
    public RulePlans compile() {
        boolean fixedJson = config.compatibility().fixedJsonExtract();
        List<DataPlan> data = new ArrayList<>();
        List<LookupPlan> lookups = new ArrayList<>();
        List<RequestPlan> definitions = new ArrayList<>();
        List<RulePlans.StreamPlan> streams = new ArrayList<>();
        for (SyncConfig.Definition definition : config.definitions()) {
            LegacyCompiler.Compiled compiled =
                    new LegacyCompiler(definition, new Dialect(false, fixedJson), report).compile();
            data.addAll(compiled.data());
            lookups.addAll(compiled.lookups());
            definitions.addAll(compiled.requests());
        }
        int edition = config.compatibility().edition();
        CommonTables shared = new CommonTables(config.commonTables(), null, report);
        Dialect dialect = new Dialect(edition > 2, fixedJson);
        BucketSharing sharing = new BucketSharing();
        for (SyncConfig.Stream stream : config.streams()) {
            CommonTables commonTables = new CommonTables(stream.commonTables(), shared, report);
            StreamCompiler.Compiled compiled =
                    new StreamCompiler(stream, edition, commonTables, dialect, tags, report).compile();
            commonTables.checkUnused(dialect);
            StreamCompiler.Compiled own = edition > 2 ? sharing.share(compiled) : compiled;
            data.addAll(own.data());
            lookups.addAll(own.lookups());
            streams.add(new RulePlans.StreamPlan(stream.name(), stream.autoSubscribe(), own.requests()));
        }
        shared.checkUnused(dialect);
        List<EventPlan> events = new ArrayList<>();
        for (SyncConfig.Event event : config.events()) {
            events.addAll(new EventCompiler(event, new Dialect(false, fixedJson), report).compile());
        }
        return new RulePlans(data, lookups, definitions, streams, events, report.uses());
    }
}
