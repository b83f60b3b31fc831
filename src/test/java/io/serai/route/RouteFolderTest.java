package io.serai.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class RouteFolderTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String TEMPLATE = """
            - routeTemplate:
                id: postgresql
                parameters:
                  - {name: source}
                from:
                  uri: changes
                  parameters: {source: "{{source}}"}
                  steps:
                    - process: {id: post-image, ref: "#postImage"}
                    - process: {id: sync-rules, ref: "#syncRules"}
                    - to: {id: store, uri: serai-storage, parameters: {name: main}}
            """;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @TempDir
    Path folder;

    private RoutedTodos todos;
    private RouteFolder routes;

    @BeforeEach
    void startCamel() throws Exception {
        todos = new RoutedTodos();
        todos.context().getRegistry().bind("failing", (Processor) exchange -> {
            throw new IllegalArgumentException();
        });
        routes = new RouteFolder(todos.context(), folder);
        log.start();
        ((Logger) LoggerFactory.getLogger(RouteFolder.class)).addAppender(log);
    }

    @AfterEach
    void stopCamel() {
        ((Logger) LoggerFactory.getLogger(RouteFolder.class)).detachAppender(log);
        routes.close();
        todos.close();
    }

    @Nested
    class WhenItIsLoaded {
        @Test
        void makesARouteOfATemplateForEachSource() throws Exception {
            write("postgresql.yaml", TEMPLATE);

            routes.load();
            routes.startSource("shop", "postgresql", Map.of());
            routes.startSource("stock", "postgresql", Map.of());

            assertThat(ids()).containsExactlyInAnyOrder("shop", "stock");
            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
        }

        @Test
        void saysWhichTemplatesThereAre() throws Exception {
            write("postgresql.yaml", TEMPLATE);
            routes.load();

            assertThatThrownBy(() -> routes.startSource("shop", "mysql", Map.of()))
                    .isInstanceOfSatisfying(
                            SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_ROUTE_MISSING))
                    .hasMessageContaining("\"mysql\"; there are [postgresql]");
        }

        @Test
        void refusesABrokenFile() throws Exception {
            write("postgresql.yaml", TEMPLATE.replace("steps:", "stepps:"));

            assertThatThrownBy(routes::load)
                    .isInstanceOfSatisfying(
                            SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
                    .hasMessageContaining("stepps")
                    .hasMessageContaining("postgresql.yaml");
        }

        @Test
        void ignoresHiddenFilesAndFolders() throws Exception {
            write("postgresql.yaml", TEMPLATE);
            Files.createSymbolicLink(folder.resolve(".#postgresql.yaml"), Path.of("me@host.4711"));
            Files.createDirectory(folder.resolve("old.yaml"));

            assertThatCode(routes::load).doesNotThrowAnyException();
        }

        @Test
        void namesAFileThatCannotBeRead() throws Exception {
            write("postgresql.yaml", TEMPLATE);
            Files.createSymbolicLink(folder.resolve("other.yaml"), Path.of("nowhere.yaml"));

            assertThatThrownBy(routes::load)
                    .isInstanceOfSatisfying(
                            SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_NOT_FOUND))
                    .hasMessageContaining("other.yaml");
        }

        @Test
        void refusesTwoTemplatesOfOneName() throws Exception {
            write("copy.yaml", TEMPLATE);
            write("postgresql.yaml", TEMPLATE);

            assertThatThrownBy(routes::load).hasMessageContaining("Two files of routes have a template \"postgresql\"");
        }
    }

    @Nested
    class WhenAFileChanges {
        @BeforeEach
        void watch() throws Exception {
            write("postgresql.yaml", TEMPLATE);
            routes.load();
            routes.startSource("shop", "postgresql", Map.of());
            routes.startSource("stock", "postgresql", Map.of());
            routes.watch(Duration.ofMillis(20));
        }

        @Test
        void makesTheRoutesOfItsTemplateAgain() throws Exception {
            write("postgresql.yaml", marked(TEMPLATE));

            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                assertThat(marks("shop")).isEqualTo(1);
                assertThat(marks("stock")).isEqualTo(1);
                assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
            });
            assertThat(ids()).containsExactlyInAnyOrder("shop", "stock");
            assertThat(messages(Level.INFO)).hasSize(1);
        }

        @Test
        void doesNotStartARouteThatWasStopped() throws Exception {
            routes.stopSource("stock");

            write("postgresql.yaml", marked(TEMPLATE));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(marks("shop")).isEqualTo(1));
            assertThat(ids()).containsExactly("shop");
        }

        @Test
        void leavesRoutesAsTheyAreWhileItIsBroken() throws Exception {
            Route before = todos.context().getRoute("shop");

            write("postgresql.yaml", TEMPLATE.replace("steps:", "stepps:"));

            await().atMost(PATIENCE).until(() -> !messages(Level.ERROR).isEmpty());
            assertThat(messages(Level.ERROR))
                    .singleElement()
                    .asString()
                    .contains("SERAI-S2106")
                    .contains("stepps");
            assertThat(todos.context().getRoute("shop")).isSameAs(before);
            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
        }

        @Test
        void leavesRoutesAsTheyAreWhenAStepIsMissing() throws Exception {
            Route before = todos.context().getRoute("shop");

            write(
                    "postgresql.yaml",
                    TEMPLATE.lines()
                            .filter(line -> !line.contains("post-image"))
                            .toList());

            await().atMost(PATIENCE).until(() -> !messages(Level.ERROR).isEmpty());
            assertThat(messages(Level.ERROR)).singleElement().asString().contains("SERAI-S1004");
            assertThat(todos.context().getRoute("shop")).isSameAs(before);
            assertThat(ids()).containsExactlyInAnyOrder("shop", "stock");
        }

        @Test
        void leavesRoutesAsTheyAreWhenAnEndpointIsUnknown() throws Exception {
            write("postgresql.yaml", marked(TEMPLATE).replace("mock:mark", "mokk:mark"));

            await().atMost(PATIENCE).until(() -> !messages(Level.ERROR).isEmpty());
            assertThat(messages(Level.ERROR)).singleElement().asString().contains("mokk");
            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
        }

        @Test
        void takesItOnceItIsMended() throws Exception {
            write("postgresql.yaml", TEMPLATE.replace("steps:", "stepps:"));
            await().atMost(PATIENCE).until(() -> !messages(Level.ERROR).isEmpty());

            write("postgresql.yaml", marked(TEMPLATE));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(marks("shop")).isEqualTo(1));
        }

        @Test
        void takesANewErrorHandler() throws Exception {
            write(
                    "postgresql.yaml",
                    RoutesDocument.example("Keep going when a row fails")
                            .replace("uri: serai-postgres", "uri: changes")
                            .replace("directoryName: audit", "directoryName: \"" + folder + "\"")
                            .replace("to: {id: service, uri: direct:service}", "process: {ref: failing}"));

            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() ->
                            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("DIVERTED"));
        }
    }

    @Nested
    class WhenAFileCannotBeRead {
        @Test
        void saysSoOnceAndReloadsTheOthers() throws Exception {
            write("postgresql.yaml", TEMPLATE);
            routes.load();
            routes.startSource("shop", "postgresql", Map.of());
            routes.watch(Duration.ofMillis(20));

            Files.createSymbolicLink(folder.resolve("a.yaml"), Path.of("nowhere.yaml"));
            await().atMost(PATIENCE).until(() -> !messages(Level.ERROR).isEmpty());
            write("postgresql.yaml", marked(TEMPLATE));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(marks("shop")).isEqualTo(1));
            assertThat(messages(Level.ERROR))
                    .singleElement()
                    .asString()
                    .contains("SERAI-S2106")
                    .contains("a.yaml");
        }
    }

    @Nested
    class WhenAFileIsRenamed {
        @BeforeEach
        void watch() throws Exception {
            write("postgresql.yaml", TEMPLATE);
            routes.load();
            routes.startSource("shop", "postgresql", Map.of());
            routes.watch(Duration.ofMillis(20));
        }

        @Test
        void takesTheNewFileForIt() throws Exception {
            Files.move(folder.resolve("postgresql.yaml"), folder.resolve("pg.yaml"));
            await().atMost(PATIENCE).until(() -> messages(Level.INFO).size() == 1);
            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
            write("pg.yaml", marked(TEMPLATE));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(marks("shop")).isEqualTo(1));
            assertThat(messages(Level.ERROR)).isEmpty();
        }

        @Test
        void takesAnEditedOneForIt() throws Exception {
            Path edited = Files.writeString(folder.resolve("pg.txt"), marked(TEMPLATE));
            Files.delete(folder.resolve("postgresql.yaml"));
            Files.move(edited, folder.resolve("pg.yaml"));

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(marks("shop")).isEqualTo(1));
            assertThat(messages(Level.ERROR)).isEmpty();
        }
    }

    @Nested
    class WhenAFileTakesATemplateOfAnother {
        @Test
        void isTakenOnceTheOtherGivesItUp() throws Exception {
            String extra = TEMPLATE.replace("id: postgresql", "id: extra");
            write("postgresql.yaml", TEMPLATE + extra);
            routes.load();
            routes.watch(Duration.ofMillis(20));

            write("a.yaml", extra);
            await().atMost(PATIENCE).until(() -> !messages(Level.ERROR).isEmpty());
            write("postgresql.yaml", TEMPLATE);

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThatCode(() -> routes.startSource("shop", "extra", Map.of()))
                            .doesNotThrowAnyException());
            write("a.yaml", marked(extra));
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(marks("shop")).isEqualTo(1));
        }
    }

    @Nested
    class WhenAnotherFileAppears {
        @Test
        void startsItsRoutesAndChangesThem() throws Exception {
            routes.load();
            routes.watch(Duration.ofMillis(20));

            write("other.yaml", "- route: {id: other, from: {uri: direct:other, steps: [{to: mock:one}]}}");
            await().atMost(PATIENCE).until(() -> todos.context().getRoute("other") != null);
            write("other.yaml", "- route: {id: other, from: {uri: direct:other, steps: [{to: mock:two}]}}");

            await().atMost(PATIENCE).untilAsserted(() -> {
                todos.context().createProducerTemplate().sendBody("direct:other", "hello");
                assertThat(todos.mock("mock:two").getReceivedCounter()).isPositive();
            });
        }

        @Test
        void replacesARouteWithoutAnIdThatWasLoadedBeforeCamelStarted() throws Exception {
            write("other.yaml", "- from: {uri: direct:other, steps: [{to: mock:one}]}");
            try (CamelContext later = new DefaultCamelContext();
                    RouteFolder loaded = new RouteFolder(later, folder)) {
                loaded.load();
                later.start();
                loaded.watch(Duration.ofMillis(20));

                write("other.yaml", "- from: {uri: direct:other, steps: [{to: mock:two}]}");

                await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                    later.createProducerTemplate().sendBody("direct:other", "hello");
                    return later.getEndpoint("mock:two", MockEndpoint.class).getReceivedCounter() > 0;
                });
                assertThat(later.getRoutes()).hasSize(1);
            }
        }

        @Test
        void usesItsErrorHandlersForAllRoutes() throws Exception {
            write(
                    "postgresql.yaml",
                    marked(TEMPLATE).replace("to: {id: mark, uri: \"mock:mark\"}", "process: {ref: failing}"));
            routes.load();
            routes.startSource("shop", "postgresql", Map.of());
            routes.watch(Duration.ofMillis(20));

            write("errors.yaml", """
                    - routeConfiguration:
                        onException:
                          - onException:
                              exception: [java.lang.IllegalArgumentException]
                              handled: {constant: "true"}
                              steps:
                                - to: mock:dead
                    """);

            await().atMost(PATIENCE)
                    .ignoreExceptions()
                    .untilAsserted(() ->
                            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("DIVERTED"));
        }
    }

    @Nested
    class WhenAFileWithARouteOfEventsChanges {
        private static final String EVENTS = "- route: {id: events, from: {uri: serai-events, parameters: {event:"
                + " todo-changed}, steps: [{to: mock:one}]}}";

        private final List<String> order = new CopyOnWriteArrayList<>();

        @BeforeEach
        void watch() throws Exception {
            write("a-source.yaml", """
                    - route:
                        id: stock
                        from:
                          uri: changes:stock
                          steps:
                            - process: {ref: "#postImage"}
                            - process: {ref: "#syncRules"}
                            - to: serai-storage:main
                    """);
            write("events.yaml", EVENTS);
            write("postgresql.yaml", TEMPLATE);
            routes.load();
            routes.startSource("shop", "postgresql", Map.of());
            todos.context().getManagementStrategy().addEventNotifier(new SimpleEventNotifierSupport() {
                @Override
                public void notify(CamelEvent event) {
                    if (event instanceof CamelEvent.RouteStartedEvent started) {
                        order.add("+" + started.getRoute().getRouteId());
                    } else if (event instanceof CamelEvent.RouteRemovedEvent removed) {
                        order.add("-" + removed.getRoute().getRouteId());
                    }
                }
            });
            routes.watch(Duration.ofMillis(20));
        }

        @Test
        void stopsTheSourcesMeanwhile() throws Exception {
            write("events.yaml", EVENTS.replace("mock:one", "mock:two"));

            await().atMost(PATIENCE).until(() -> order.contains("+shop"));
            assertThat(order.stream().filter(step -> !step.contains("trial")))
                    .containsExactly("-shop", "-stock", "-events", "+events", "+stock", "+shop");
            todos.send(Todos.insert());
            assertThat(todos.mock("mock:two").getReceivedCounter()).isEqualTo(1);
            assertThat(todos.mock("mock:one").getReceivedCounter()).isZero();
        }

        @Test
        void leavesTheRoutesAsTheyAreWhenTheEventIsUnknown() throws Exception {
            write("events.yaml", EVENTS.replace("todo-changed", "todo-chagned"));

            await().atMost(PATIENCE).until(() -> !messages(Level.ERROR).isEmpty());
            assertThat(messages(Level.ERROR)).singleElement().asString().contains("SERAI-S3006");
            todos.send(Todos.insert());
            assertThat(todos.mock("mock:one").getReceivedCounter()).isEqualTo(1);
        }
    }

    private static String marked(String template) {
        return template.replace(
                "        - process: {id: sync-rules",
                "        - to: {id: mark, uri: \"mock:mark\"}\n        - process: {id: sync-rules");
    }

    /** How many steps of a route are marks. */
    private long marks(String route) {
        Route running = todos.context().getRoute(route);
        return running == null ? -1 : running.filter(route + "-mark").size();
    }

    private List<String> ids() {
        return todos.context().getRoutes().stream().map(Route::getRouteId).toList();
    }

    private List<String> messages(Level level) {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void write(String name, List<String> lines) throws IOException {
        Files.write(folder.resolve(name), lines);
    }
}
