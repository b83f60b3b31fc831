package io.serai.route;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketRow;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.OutputRow;
import io.serai.change.JsonText;
import io.serai.change.Row;
import io.serai.change.RowChange;
import io.serai.change.RowImage;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import io.serai.source.RoutedChange;
import io.serai.source.RoutedChanges;
import io.serai.syncrules.SyncRules;
import io.serai.syncrules.TableEvaluator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PrototypeExchangeFactory;
import org.apache.camel.spi.ExchangeFactory;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/** A Camel context with one route, through which a test sends changes of {@link Todos}; every row goes into one bucket, as edition 1 writes it. */
final class RoutedTodos implements AutoCloseable {
    /** No buckets, and two events. */
    static final SyncRules RULES = SyncRules.parse("""
            bucket_definitions: {}
            event_definitions:
              todo-changed: {payloads: ["SELECT id, title, photo, created_at, done AS state, due FROM todos"]}
              list-changed: {payloads: ["SELECT id FROM lists"]}
            """).rules().orElseThrow();

    private final CamelContext context = new DefaultCamelContext();
    private final ChangesComponent changes = new ChangesComponent();

    RoutedTodos() throws Exception {
        this(new PrototypeExchangeFactory());
    }

    RoutedTodos(ExchangeFactory exchanges) throws Exception {
        context.getCamelContextExtension().setExchangeFactory(exchanges);
        context.addComponent("changes", changes);
        context.getRegistry().bind("rules", RULES);
        context.start();
    }

    /** A context that runs the routes of a YAML text, and one route {@code shop} of each template in it. */
    static RoutedTodos running(String yaml) throws Exception {
        RoutedTodos todos = new RoutedTodos();
        try {
            todos.load(yaml);
            return todos;
        } catch (Exception e) {
            todos.close();
            throw e;
        }
    }

    /** Loads routes as {@link #running} does. */
    void load(String yaml) throws Exception {
        String text = yaml.replace("uri: serai-postgres", "uri: changes");
        PluginHelper.getRoutesLoader(context)
                .loadRoutes(ResourceHelper.fromBytes("routes/test.yaml", text.getBytes(StandardCharsets.UTF_8)));
        if (text.contains("routeTemplate:")) {
            TemplatedRouteBuilder.builder(context, "postgresql")
                    .routeId("shop")
                    .parameter("source", "shop")
                    .add();
        }
    }

    CamelContext context() {
        return context;
    }

    MockEndpoint mock(String uri) {
        return context.getEndpoint(uri, MockEndpoint.class);
    }

    /** Sends a change through the route and tells what became of it. */
    Result send(RowChange change) throws Exception {
        return send(change, null);
    }

    /** Sends a change of a source that stops meanwhile. */
    void sendFromAStoppingSource(RowChange change) throws Exception {
        Evaluator evaluator = new Evaluator();
        route(new Result(RoutedChanges.ofAStoppingSource(Todos.RELATION, change, evaluator), evaluator));
    }

    /** Sends a change of a row that had an earlier image. */
    Result send(RowChange change, @Nullable RowImage earlier) throws Exception {
        Result result = prepare(change, earlier);
        route(result);
        return result;
    }

    /** Sends what {@link #prepare} made. */
    void route(Result result) throws Exception {
        try {
            changes.route().route(result.change);
        } finally {
            RoutedChanges.end(result.change);
        }
    }

    /** What {@link #send} would send. */
    static Result prepare(RowChange change, @Nullable RowImage earlier) {
        Evaluator evaluator = new Evaluator();
        return new Result(RoutedChanges.of(Todos.RELATION, change, earlier, evaluator), evaluator);
    }

    @Override
    public void close() {
        context.stop();
    }

    /** What became of a change. */
    static final class Result {
        private final RoutedChange change;
        private final Evaluator evaluator;

        private Result(RoutedChange change, Evaluator evaluator) {
            this.change = change;
            this.evaluator = evaluator;
        }

        RoutedChange change() {
            return change;
        }

        String outcome() {
            return RoutedChanges.outcome(change);
        }

        String reason() {
            return RoutedChanges.reason(change);
        }

        /** The JSON texts of the rows that are stored in the bucket. */
        List<String> stored() {
            return RoutedChanges.evaluated(change).bucketRows().stream()
                    .map(row -> new String(row.row().json(), StandardCharsets.UTF_8))
                    .toList();
        }

        /** How often the rules were asked for an event's payloads. */
        int eventsAsked() {
            return evaluator.eventsAsked.get();
        }

        /** The row that the rules were last evaluated over. */
        Row evaluated() {
            return Objects.requireNonNull(evaluator.row, "nothing was evaluated");
        }
    }

    /** Puts each row into one bucket, as edition 1 writes it. */
    private static final class Evaluator implements TableEvaluator {
        private volatile @Nullable Row row;
        private final AtomicInteger eventsAsked = new AtomicInteger();

        @Override
        public EvaluatedRow evaluate(Row given, FailureListener failures) {
            row = given;
            StringBuilder json = new StringBuilder("{");
            for (int i = 0; i < given.size(); i++) {
                String name = given.relation().columns().get(i).name();
                if (!name.equals("photo")) {
                    json.append(json.length() > 1 ? "," : "")
                            .append('"')
                            .append(name)
                            .append("\":");
                    JsonText.append(json, given.value(i).plain(ValueFormat.LEGACY));
                }
            }
            byte[] data = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
            return new EvaluatedRow(
                    List.of(new BucketRow(new BucketName("all", "all[]"), new OutputRow("todos", Todos.ID, data))),
                    List.of());
        }

        @Override
        public List<Map<String, Value>> payloads(String event, Row given, FailureListener failures) {
            eventsAsked.incrementAndGet();
            return RULES.table(SyncRules.DEFAULT_TAG, Todos.RELATION.table(), "public")
                    .payloads(event, given, failures);
        }

        @Override
        public boolean isEmpty() {
            return false;
        }
    }
}
