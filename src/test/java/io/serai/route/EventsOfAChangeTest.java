package io.serai.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.RowChange;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.route.RoutedTodos.Result;
import io.serai.source.RoutedChanges;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EventsOfAChangeTest {
    private RoutedTodos todos;

    @BeforeEach
    void startCamel() throws Exception {
        todos = new RoutedTodos();
    }

    @AfterEach
    void stopCamel() {
        todos.close();
    }

    @Nested
    class WithARouteThatTakesThem {
        @BeforeEach
        void takeEvents() throws Exception {
            route("serai-events:todo-changed", route -> route.routeId("events").to("mock:events"));
        }

        @Test
        void haveThePayloadAsTheirBody() throws Exception {
            route("changes:shop", EventsOfAChangeTest::plain);

            todos.send(Todos.insert());

            assertThat(events()).singleElement().satisfies(event -> {
                Map<?, ?> body = event.getMessage().getBody(Map.class);
                assertThat(body.keySet())
                        .map(String::valueOf)
                        .containsExactly("id", "title", "photo", "created_at", "state");
                assertThat(body.get("id")).isEqualTo("t1");
                assertThat(body.get("title")).isEqualTo("Buy milk");
                assertThat(body.get("photo")).isEqualTo(new byte[] {0, -1});
                assertThat(body.get("created_at")).isEqualTo("2026-01-02 03:04:05");
                assertThat(body.get("state")).isEqualTo(0L);
            });
        }

        @Test
        void haveTheHeadersOfTheChange() throws Exception {
            route("changes:shop", EventsOfAChangeTest::plain);

            todos.send(Todos.insert());

            assertThat(events().getFirst().getMessage().getHeaders())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            ChangeHeaders.EVENT, "todo-changed",
                            ChangeHeaders.SOURCE, "shop",
                            ChangeHeaders.TABLE, "public.todos",
                            ChangeHeaders.OPERATION, "insert",
                            ChangeHeaders.POSITION, "0/16B3748",
                            ChangeHeaders.TRANSACTION_ID, 42L,
                            ChangeHeaders.COMMIT_TIME, RoutedChanges.COMMIT_TIME,
                            ChangeHeaders.SNAPSHOT, false));
        }

        @Test
        void showTheRowAsTheStepsLeftIt() throws Exception {
            route(
                    "changes:shop",
                    route -> plain(route.process("postImage")
                            .convertBodyTo(Map.class)
                            .script()
                            .simple("${body.put('title', '***')}")));

            todos.send(Todos.insert());

            assertThat(events().getFirst().getMessage().getBody(Map.class).get("title"))
                    .isEqualTo("***");
        }

        @Test
        void areNoneForAFilteredRow() throws Exception {
            route(
                    "changes:shop",
                    route -> route.process("postImage")
                            .process("syncRules")
                            .filter()
                            .constant(false)
                            .to("serai-storage:main"));

            todos.send(Todos.insert());

            assertThat(events()).isEmpty();
        }

        @Test
        void areNoneForADivertedRow() throws Exception {
            route(
                    "changes:shop",
                    route -> plain(route.onException(IllegalStateException.class)
                                    .handled(true)
                                    .end()
                                    .process("postImage"))
                            .throwException(new IllegalStateException()));

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("DIVERTED");

            assertThat(events()).isEmpty();
        }

        @Test
        void areNoneForDeletesAndTruncates() throws Exception {
            route("changes:shop", EventsOfAChangeTest::plain);

            for (RowChange change : List.of(Todos.delete(), Todos.truncate())) {
                assertThat(todos.send(change).outcome()).isEqualTo("STORED");
            }

            assertThat(events()).isEmpty();
        }

        @Test
        void goToEachRouteThatTakesThem() throws Exception {
            route(
                    "serai-events:todo-changed",
                    route -> route.setBody().constant("").to("mock:others"));
            route("changes:shop", EventsOfAChangeTest::plain);

            todos.send(Todos.insert());

            assertThat(events()).hasSize(1);
            assertThat(events().getFirst().getMessage().getBody()).isInstanceOf(Map.class);
            assertThat(todos.mock("mock:others").getExchanges()).hasSize(1);
        }

        @Test
        void waitForARouteThatIsStopped() throws Exception {
            route("changes:shop", EventsOfAChangeTest::plain);
            todos.context().getRouteController().stopRoute("events");

            assertFails(() -> todos.send(Todos.insert()), ErrorCode.SOURCE_EVENT_ROUTE_STOPPED);
            todos.context().getRouteController().startRoute("events");
            todos.send(Todos.insert());

            assertThat(events()).hasSize(1);
        }

        @Test
        void endWithARouteThatIsRemoved() throws Exception {
            route("changes:shop", EventsOfAChangeTest::plain);
            todos.context().getRouteController().stopRoute("events");
            todos.context().removeRoute("events");

            Result result = todos.send(Todos.insert());

            assertThat(result.outcome()).isEqualTo("STORED");
            assertThat(result.eventsAsked()).isZero();
        }

        private List<Exchange> events() {
            return todos.mock("mock:events").getExchanges();
        }
    }

    @Nested
    class ThatFail {
        @Test
        void stopTheSource() throws Exception {
            route("serai-events:todo-changed", route -> route.throwException(new IllegalStateException("row data")));
            route(
                    "changes:shop",
                    route -> plain(route.onException(Exception.class)
                            .handled(true)
                            .end()
                            .process("postImage")));

            assertFails(() -> todos.send(Todos.insert()), ErrorCode.SOURCE_ROUTE_FAILED);
        }

        @Test
        void doNotWhenTheirRouteHandlesIt() throws Exception {
            route(
                    "serai-events:todo-changed",
                    route -> route.onException(IllegalStateException.class)
                            .handled(true)
                            .end()
                            .throwException(new IllegalStateException()));
            route("changes:shop", EventsOfAChangeTest::plain);

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
        }
    }

    @Nested
    class WhoseStepTimesOut {
        @Test
        void areTakenWhenTheirRouteHandlesThat() throws Exception {
            route(
                    "serai-events:todo-changed",
                    route -> route.onException(SocketTimeoutException.class)
                            .handled(true)
                            .end()
                            .throwException(new SocketTimeoutException()));
            route("changes:shop", EventsOfAChangeTest::plain);

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
        }
    }

    @Nested
    class ThatNobodyTakes {
        @Test
        void areNotEvaluated() throws Exception {
            route("changes:shop", EventsOfAChangeTest::plain);

            assertThat(todos.send(Todos.insert()).eventsAsked()).isZero();
        }
    }

    @Nested
    class ThatNothingDefines {
        @Test
        void cannotBeTaken() {
            assertThatThrownBy(() -> route("serai-events:todos", route -> route.to("mock:events")))
                    .isInstanceOfSatisfying(
                            SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_EVENT_UNKNOWN))
                    .hasMessageContaining("\"todos\" with a payload; there are [todo-changed, list-changed]");
        }
    }

    @Nested
    class WhileTheContextStarts {
        @Test
        void waitForARouteThatStartsLater() throws Exception {
            try (CamelContext context = new DefaultCamelContext()) {
                ChangesComponent changes = new ChangesComponent();
                context.addComponent("changes", changes);
                context.getRegistry().bind("rules", RoutedTodos.RULES);
                AtomicReference<Throwable> failure = new AtomicReference<>();
                context.getManagementStrategy().addEventNotifier(new SimpleEventNotifierSupport() {
                    @Override
                    public void notify(CamelEvent event) {
                        if (event instanceof CamelEvent.RouteStartedEvent started
                                && started.getRoute().getRouteId().equals("shop")) {
                            try {
                                changes.route()
                                        .route(RoutedTodos.prepare(Todos.insert(), null)
                                                .change());
                            } catch (Exception e) {
                                failure.set(e);
                            }
                        }
                    }
                });
                context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        plain(from("changes:shop").routeId("shop"));
                        from("serai-events:todo-changed").to("mock:events");
                    }
                });

                context.start();

                assertThat(failure.get())
                        .isInstanceOfSatisfying(
                                SeraiException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_EVENT_ROUTE_STOPPED));
            }
        }
    }

    private void route(String from, Consumer<RouteDefinition> steps) throws Exception {
        todos.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                steps.accept(from(from));
            }
        });
    }

    private static ProcessorDefinition<?> plain(ProcessorDefinition<?> route) {
        ProcessorDefinition<?> first =
                route instanceof RouteDefinition && route.getOutputs().isEmpty() ? route.process("postImage") : route;
        return first.process("syncRules").to("serai-storage:main");
    }

    private static void assertFails(ThrowingCallable sending, ErrorCode code) {
        assertThatThrownBy(sending)
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageNotContaining("row data");
    }
}
