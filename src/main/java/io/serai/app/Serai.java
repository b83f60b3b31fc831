package io.serai.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.serai.api.ApiServer;
import io.serai.api.SourceLiveness;
import io.serai.api.SourceReadiness;
import io.serai.api.SyncConfigHealth;
import io.serai.api.auth.Authenticator;
import io.serai.api.sync.SyncApi;
import io.serai.api.sync.SyncLimits;
import io.serai.app.admin.AdminServer;
import io.serai.app.admin.CommandResult;
import io.serai.app.admin.RunningProcess;
import io.serai.config.Connection;
import io.serai.config.ServiceConfig;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.metrics.SeraiMeters;
import io.serai.route.RouteBeans;
import io.serai.route.RouteFolder;
import io.serai.route.StorageEndpoint;
import io.serai.source.LiveRules;
import io.serai.source.Replication;
import io.serai.source.Replications;
import io.serai.source.SourceStatus;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.component.micrometer.prometheus.MicrometerPrometheus;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.model.Model;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running service: a storage, a Camel context with one route per source, and what shows them to the outside. What starts first stops last.
 * A source that fails is shown and tried again; anything else that fails ends the start. Confined to one thread.
 */
public final class Serai implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Serai.class);

    private static final int SHUTDOWN_SECONDS = 20;
    private static final Duration FILES_LOOK = Duration.ofMillis(500);

    private final ServiceConfig service;
    private final Replications replications = new Replications();
    private final Deque<Part> started = new ArrayDeque<>();
    private @Nullable BucketStorage storage;
    private @Nullable RunningProcess process;
    private int port;

    private Serai(ServiceConfig service) {
        this.service = service;
    }

    /** Starts replicating and returns when the routes run; sources may still be starting. */
    public static Serai start(Configuration configuration, Path routes) throws Exception {
        Serai serai = new Serai(configuration.service());
        try {
            serai.startParts(configuration, routes);
            return serai;
        } catch (Throwable e) {
            serai.close();
            throw e;
        }
    }

    /** The port of the API, also where service.yaml asks for a free one. */
    public int port() {
        return port;
    }

    /** The newest checkpoint, or empty while no source has taken part. */
    public Optional<Checkpoint> checkpoint() {
        return storage == null ? Optional.empty() : storage.checkpoint();
    }

    /** Waits until a checkpoint covers all that every source had committed when this was called; false when {@code patience} ended first. */
    public boolean awaitCaughtUp(Duration patience) throws InterruptedException {
        RunningProcess running = process;
        return running != null && running.awaitCaughtUp(patience);
    }

    /** What the sources do whose routes have started. */
    public List<SourceStatus> sources() {
        return replications.all().stream().map(Replication::status).toList();
    }

    /** Stops all parts in reverse order; one that fails is logged and does not keep the others. */
    @Override
    public void close() {
        while (!started.isEmpty()) {
            Part part = started.pop();
            try {
                part.close().run();
            } catch (Exception e) { // the others must stop, too
                LOG.atWarn().addKeyValue("part", part.name()).setCause(e).log("A part did not stop in order");
            }
        }
    }

    private void startParts(Configuration configuration, Path routes) throws Exception {
        for (Fault warning : configuration.warnings()) {
            LOG.atWarn().addKeyValue("issue", warning.oneLine()).log("The configuration has a doubtful line");
        }
        ApiCertificate.check(service);
        Path folder = service.storage().path();
        BucketStorage opened = Storages.open(folder);
        storage = opened;
        started.push(new Part("storage", opened::close));
        BackgroundCompaction compaction = BackgroundCompaction.start(opened, BackgroundCompaction.INTERVAL);
        started.push(new Part("compaction", compaction::close));
        port = ApiServer.freePort(service.port()); // a process that was stopping has let it go by now
        LiveRules rules = new LiveRules(opened, configuration.rules(), tags());
        started.push(new Part("rules", rules::close));
        SyncConfigWatch watch = new SyncConfigWatch(service, configuration.rules(), rules, Clock.systemUTC());
        Main camel = initCamel(rules, opened);
        started.push(new Part("camel", camel::stop));
        RouteFolder routeFolder = new RouteFolder(camel.getCamelContext(), routes);
        startAdmin(folder, opened, rules, watch, routeFolder);
        started.push(new Part("routes", routeFolder::close));
        started.push(new Part("sync config", watch::close));
        startRoutes(camel, routeFolder, opened, rules, watch);
        watch.start(FILES_LOOK);
        LOG.atInfo()
                .addKeyValue("version", Version.current())
                .addKeyValue("storage", folder)
                .addKeyValue("routes", routes)
                .addKeyValue("port", port)
                .log("Serai runs");
    }

    /** The API comes after the sources, which connect meanwhile, unless the user has routes besides: they may serve HTTP on its port. */
    private void startRoutes(
            Main camel, RouteFolder routeFolder, BucketStorage opened, LiveRules rules, SyncConfigWatch watch)
            throws Exception {
        CamelContext context = camel.getCamelContext();
        routeFolder.load();
        boolean hasOtherRoutes = !context.getCamelContextExtension()
                .getContextPlugin(Model.class)
                .getRouteDefinitions()
                .isEmpty();
        if (hasOtherRoutes) {
            startApi(opened, context, rules, watch);
        }
        camel.start();
        for (Connection connection : service.connections()) {
            routeFolder.startSource(connection.id(), connection.route(), Databases.parameters(connection));
        }
        if (!hasOtherRoutes) {
            startApi(opened, context, rules, watch);
        }
        routeFolder.watch(FILES_LOOK);
    }

    /** A context that is ready for routes, without what an embedded service does not need. */
    private Main initCamel(LiveRules rules, BucketStorage opened) {
        Main camel = new Main();
        // The default one has a shutdown hook of its own, which lets the thread that stops Camel wait for Camel to
        // stop.
        camel.setShutdownStrategy(new SimpleMainShutdownStrategy());
        camel.configure()
                .withName("serai")
                .withJmxEnabled(false)
                .withRoutesCollectorEnabled(false)
                .withShutdownTimeout(SHUTDOWN_SECONDS);
        Path properties = service.file().toAbsolutePath().resolveSibling("application.properties");
        camel.setPropertyPlaceholderLocations("file:" + properties + ";optional=true");
        camel.bind(StorageEndpoint.DEFAULT_NAME, opened);
        camel.bind(RouteBeans.rulesName(StorageEndpoint.DEFAULT_NAME), rules);
        camel.bind("seraiReplications", replications);
        for (Connection connection : service.connections()) {
            camel.bind(connection.id(), Databases.source(connection));
        }
        camel.init();
        return camel;
    }

    private Map<String, String> tags() {
        Map<String, String> tags = new TreeMap<>();
        service.connections().forEach(connection -> tags.put(connection.id(), connection.tag()));
        return tags;
    }

    private void startAdmin(
            Path folder, BucketStorage opened, LiveRules rules, SyncConfigWatch watch, RouteFolder routes)
            throws IOException {
        RunningProcess running = new RunningProcess(
                Version.current(),
                folder,
                Inspections.kinds(service),
                opened,
                replications,
                watch,
                Explanations.explainer(service, rules::active, opened),
                Explanations.sources(service, opened),
                source -> teardown(source, opened, routes),
                Clock.systemUTC());
        process = running;
        started.push(new Part("status", running::close));
        AdminServer server = AdminServer.open(folder, running);
        started.push(new Part("admin socket", server::close));
    }

    private void startApi(BucketStorage opened, CamelContext context, LiveRules rules, SyncConfigWatch watch)
            throws Exception {
        List<String> sources =
                service.connections().stream().map(Connection::id).toList();
        HealthCheckRegistry checks = HealthCheckRegistry.get(context);
        for (String source : sources) {
            checks.register(new SourceReadiness(source, replications));
            checks.register(new SourceLiveness(source, replications));
        }
        checks.register(new SyncConfigHealth(
                () -> watch.problem().map(problem -> new SyncConfigHealth.Problem(problem.code(), problem.message()))));
        Router router = ApiServer.start(context, port, SyncLimits.DEFAULT.patience(), ApiCertificate.files(service));
        Authenticator authenticator = Authentication.start(service, Clock.systemUTC());
        started.push(new Part("authenticator", authenticator::close));
        SyncApi sync = SyncApis.of(service, authenticator, rules, opened, replications, Clock.systemUTC());
        started.push(new Part("sync API", sync::close));
        sync.serve(router);
        SeraiMeters meters = new SeraiMeters(sources, replications, opened, sync, Clock.systemUTC());
        started.push(new Part("meters", meters::close));
        MicrometerPrometheus prometheus = new MicrometerPrometheus();
        prometheus.setPath(ApiServer.METRICS_PATH);
        prometheus.setEnableRoutePolicy(
                false); // timing each change, or an event for each, would cost more than the change
        prometheus.setEnableExchangeEventNotifier(false);
        prometheus.setEnableRouteEventNotifier(false); // one that takes no event of a change is still asked for each
        context.addService(prometheus);
        ServiceHelper.startService(prometheus);
        meters.bindTo(CamelContextHelper.mandatoryLookup(
                context, MicrometerConstants.METRICS_REGISTRY_NAME, MeterRegistry.class));
    }

    private CommandResult teardown(String source, BucketStorage opened, RouteFolder routes)
            throws InterruptedException {
        try {
            routes.stopSource(source);
        } catch (Exception e) {
            throw new SeraiException(
                    ErrorCode.COMMAND_FAILED,
                    "The route of the source cannot be stopped: " + e.getMessage(),
                    source,
                    "",
                    e);
        }
        return Teardowns.run(service, source, opened);
    }

    private record Part(String name, Closing close) {}

    private interface Closing {
        void run() throws Exception;
    }
}
