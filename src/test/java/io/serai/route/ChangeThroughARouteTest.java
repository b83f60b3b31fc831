package io.serai.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.route.RoutedTodos.Result;
import io.serai.source.RoutedChanges;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.DeadLetterChannelBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ChangeThroughARouteTest {
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
    class OfTheShippedTemplate {
        @Test
        void isStored() throws Exception {
            todos.load(Files.readString(Path.of("routes/postgresql.yaml")));

            Result result = todos.send(Todos.insert());

            assertThat(result.outcome()).isEqualTo("STORED");
            assertThat(result.stored()).hasSize(1);
        }
    }

    @Nested
    class OnItsWay {
        @Test
        void carriesItsOriginInHeaders() throws Exception {
            run(route -> route.process("postImage")
                    .to("mock:seen")
                    .process("syncRules")
                    .to("serai-storage:main"));

            todos.send(Todos.insert());

            assertThat(todos.mock("mock:seen")
                            .getExchanges()
                            .getFirst()
                            .getMessage()
                            .getHeaders())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            ChangeHeaders.SOURCE, "shop",
                            ChangeHeaders.TABLE, "public.todos",
                            ChangeHeaders.OPERATION, "insert",
                            ChangeHeaders.POSITION, "0/16B3748",
                            ChangeHeaders.TRANSACTION_ID, 42L,
                            ChangeHeaders.COMMIT_TIME, RoutedChanges.COMMIT_TIME,
                            ChangeHeaders.SNAPSHOT, false));
        }

        @Test
        void survivesStepsThatRemoveEverything() throws Exception {
            run(route -> route.process("postImage")
                    .removeHeaders("*")
                    .removeProperties("*")
                    .process("syncRules")
                    .to("serai-storage:main"));

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
        }

        @Test
        void mayUsePooledExchanges() throws Exception {
            try (RoutedTodos pooled = new RoutedTodos(new PooledExchangeFactory())) {
                pooled.load(Files.readString(Path.of("routes/postgresql.yaml")));

                for (int i = 0; i < 3; i++) {
                    Result result = pooled.send(Todos.insert("u" + i, "Buy milk", "f"));

                    assertThat(result.stored()).singleElement().asString().contains("\"u" + i + "\"");
                }
            }
        }

        @Test
        void mayChangeItsThread() throws Exception {
            run(route ->
                    route.process("postImage").threads(1).process("syncRules").to("serai-storage:main"));

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
        }

        @Test
        void endsWithItsCompletionSteps() throws Exception {
            run(route -> route.onCompletion()
                    .modeBeforeConsumer()
                    .to("mock:completed")
                    .end()
                    .process("postImage")
                    .process("syncRules")
                    .to("serai-storage:main"));

            todos.send(Todos.insert());

            assertThat(todos.mock("mock:completed").getReceivedCounter()).isEqualTo(1);
        }
    }

    @Nested
    class WithAColumnThatTheLogLeftOut {
        @Test
        void isCompletedFromTheEarlierImage() throws Exception {
            run(ChangeThroughARouteTest::plain);

            Result result = todos.send(
                    Todos.update(Todos.withoutTitle()),
                    Todos.insert("u1", "Earlier", "f").row());

            assertThat(result.stored()).singleElement().asString().contains("\"title\":\"Earlier\"");
        }

        @Test
        void endsAtPostImageWhenThereIsNone() throws Exception {
            run(route -> route.process("postImage")
                    .to("mock:next")
                    .process("syncRules")
                    .to("serai-storage:main"));

            Result result = todos.send(Todos.update(Todos.withoutTitle()));

            assertThat(result.outcome()).isEqualTo("INCOMPLETE");
            assertThat(todos.mock("mock:next").getReceivedCounter()).isZero();
        }
    }

    @Nested
    class WhoseStepFails {
        /** What a step may fail with by itself, and also because the source stops. */
        private static final List<Exception> PASSING =
                List.of(new SocketTimeoutException(), new RejectedExecutionException());

        private final RuntimeException failure = new IllegalStateException("row data");

        @Test
        void stopsTheSourceWithoutRowDataInTheMessage() throws Exception {
            run(route -> plain(route.process("postImage").process(failing())));

            assertFails(ErrorCode.SOURCE_ROUTE_FAILED, () -> todos.send(Todos.insert()))
                    .hasMessageContaining("IllegalStateException")
                    .hasMessageContaining("route shop, table public.todos, position 0/16B3748")
                    .hasMessageNotContaining("row data")
                    .hasCause(failure);
        }

        @Test
        void stopsTheSourceWhenItIsMarkedForRollback() throws Exception {
            run(route -> plain(route).markRollbackOnly());

            assertFails(ErrorCode.SOURCE_ROUTE_FAILED, () -> todos.send(Todos.insert()));
        }

        @Test
        void isDivertedWhenTheRouteHandlesThat() throws Exception {
            run(route -> plain(route.onException(IllegalStateException.class)
                    .handled(true)
                    .to("mock:dead")
                    .end()
                    .process("postImage")
                    .process(failing())));

            Result result = todos.send(Todos.insert());

            assertThat(result.outcome()).isEqualTo("DIVERTED");
            assertThat(result.reason()).isEqualTo("java.lang.IllegalStateException");
            assertThat(todos.mock("mock:dead").getReceivedCounter()).isEqualTo(1);
        }

        @Test
        void isDivertedByADeadLetterChannel() throws Exception {
            run(route -> {
                route.errorHandler(new DeadLetterChannelBuilder("mock:dead"));
                plain(route.process("postImage").process(failing()));
            });

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("DIVERTED");
        }

        @Test
        void isTakenBackWhenTheStorageHadIt() throws Exception {
            run(route -> plain(route.onException(IllegalStateException.class)
                            .handled(true)
                            .end())
                    .process(failing()));

            Result result = todos.send(Todos.insert());

            assertThat(result.outcome()).isEqualTo("DIVERTED");
            assertThat(result.stored()).isEmpty();
        }

        @Test
        void isDivertedWhenACatchKeepsItFromTheStorage() throws Exception {
            run(route -> route.process("postImage")
                    .doTry()
                    .process(failing())
                    .process("syncRules")
                    .to("serai-storage:main")
                    .doCatch(IllegalStateException.class)
                    .to("mock:dead")
                    .end());

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("DIVERTED");
        }

        @Test
        void isStoredWhenTheRouteContinues() throws Exception {
            run(route -> plain(route.onException(IllegalStateException.class)
                    .continued(true)
                    .end()
                    .process("postImage")
                    .process(failing())));

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
        }

        @Test
        void isDivertedAlsoWhenTheHandlerForgetsTheException() throws Exception {
            run(route -> plain(route.onException(IllegalStateException.class)
                            .handled(true)
                            .removeProperties("*")
                            .end())
                    .process(failing()));

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("DIVERTED");
        }

        @Test
        void isStoredOnceWhenARedeliverySucceeds() throws Exception {
            AtomicInteger calls = new AtomicInteger();
            run(route -> plain(route.onException(IllegalStateException.class)
                    .maximumRedeliveries(3)
                    .redeliveryDelay(1)
                    .end()
                    .process("postImage")
                    .process(exchange -> {
                        if (calls.incrementAndGet() < 3) {
                            throw failure;
                        }
                    })));

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
            assertThat(calls).hasValue(3);
        }

        @Test
        void isDivertedWhenTheRouteHandlesATimeout() throws Exception {
            for (Exception passing : PASSING) {
                try (RoutedTodos others = new RoutedTodos()) {
                    run(
                            others,
                            route -> plain(route.onException(Exception.class)
                                    .handled(true)
                                    .end()
                                    .process("postImage")
                                    .process(failingWith(passing))));

                    Result result = others.send(Todos.insert());

                    assertThat(result.outcome()).isEqualTo("DIVERTED");
                    assertThat(result.reason()).isEqualTo(passing.getClass().getName());
                }
            }
        }

        @Test
        void isStoredWhenTheRouteContinuesAfterATimeout() throws Exception {
            for (Exception passing : PASSING) {
                try (RoutedTodos others = new RoutedTodos()) {
                    run(
                            others,
                            route -> plain(route.onException(Exception.class)
                                    .continued(true)
                                    .end()
                                    .process("postImage")
                                    .process(failingWith(passing))));

                    assertThat(others.send(Todos.insert()).outcome()).isEqualTo("STORED");
                }
            }
        }

        @Test
        void isStoredWhenTheRouteCatchesATimeout() throws Exception {
            for (Exception passing : PASSING) {
                try (RoutedTodos others = new RoutedTodos()) {
                    run(
                            others,
                            route -> plain(route.process("postImage")
                                    .doTry()
                                    .process(failingWith(passing))
                                    .doCatch(Exception.class)
                                    .to("mock:missed")
                                    .end()));

                    assertThat(others.send(Todos.insert()).outcome()).isEqualTo("STORED");
                }
            }
        }

        @Test
        void comesAgainWhenATimeoutIsHandledWhileTheSourceStops() throws Exception {
            for (Exception passing : PASSING) {
                try (RoutedTodos others = new RoutedTodos()) {
                    run(
                            others,
                            route -> plain(route.onException(Exception.class)
                                    .handled(true)
                                    .end()
                                    .process("postImage")
                                    .process(failingWith(passing))));

                    assertFails(ErrorCode.SOURCE_ROUTE_FAILED, () -> others.sendFromAStoppingSource(Todos.insert()));
                }
            }
        }

        @Test
        void isNotDivertedWhenTheSourceStops() throws Exception {
            run(route -> plain(route.onException(Exception.class)
                    .handled(true)
                    .end()
                    .process("postImage")
                    .process(exchange -> {
                        throw new InterruptedException();
                    })));
            Result result = RoutedTodos.prepare(Todos.insert(), null);

            assertThatThrownBy(() -> todos.route(result)).isInstanceOf(InterruptedException.class);

            assertThat(result.outcome()).isEqualTo("FILTERED");
        }

        @Test
        void keepsTheCodeOfASeraiStep() throws Exception {
            run(route -> plain(route.process("postImage").process(exchange -> {
                throw new SeraiException(ErrorCode.STORAGE_WRITE_FAILED, "full", "", "");
            })));

            assertFails(ErrorCode.STORAGE_WRITE_FAILED, () -> todos.send(Todos.insert()));
        }

        private Processor failing() {
            return failingWith(failure);
        }

        private static Processor failingWith(Exception failure) {
            return exchange -> {
                throw failure;
            };
        }
    }

    @Nested
    class ForTwoTargets {
        @Test
        void reachesBoth() throws Exception {
            run(route ->
                    route.process("postImage").process("syncRules").multicast().to("serai-storage:main", "mock:audit"));

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
            assertThat(todos.mock("mock:audit")
                            .getExchanges()
                            .getFirst()
                            .getMessage()
                            .getBody(String.class))
                    .contains("\"title\":\"Buy milk\"");
        }

        @Test
        void reachesBothAtOnce() throws Exception {
            run(route -> route.process("postImage")
                    .process("syncRules")
                    .multicast()
                    .parallelProcessing()
                    .to("serai-storage:main", "mock:audit"));

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
        }

        @Test
        void stopsTheSourceWhenTheOtherFailsAndComesToItAgain() throws Exception {
            AtomicInteger calls = new AtomicInteger();
            run(route ->
                    route.process("postImage").process("syncRules").multicast().to("serai-storage:main", "mock:audit"));
            todos.mock("mock:audit").whenAnyExchangeReceived(exchange -> {
                if (calls.incrementAndGet() == 1) {
                    throw new IllegalStateException();
                }
            });

            assertFails(ErrorCode.SOURCE_ROUTE_FAILED, () -> todos.send(Todos.insert()));
            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");

            assertThat(todos.mock("mock:audit").getReceivedCounter()).isEqualTo(2);
        }

        @Test
        void isDivertedWhenTheRouteHandlesWhatTheOtherFailsWith() throws Exception {
            run(route -> route.onException(IllegalStateException.class)
                    .handled(true)
                    .end()
                    .process("postImage")
                    .process("syncRules")
                    .multicast()
                    .to("serai-storage:main", "mock:audit"));
            failAudit();

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("DIVERTED");
        }

        @Test
        void isStoredWhenTheOtherIsOnlyTried() throws Exception {
            run(route -> route.process("postImage")
                    .process("syncRules")
                    .multicast()
                    .to("serai-storage:main")
                    .doTry()
                    .to("mock:audit")
                    .doCatch(IllegalStateException.class)
                    .to("mock:missed")
                    .end());
            failAudit();

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("STORED");
            assertThat(todos.mock("mock:missed").getReceivedCounter()).isEqualTo(1);
        }

        private void failAudit() {
            todos.mock("mock:audit").whenAnyExchangeReceived(exchange -> {
                throw new IllegalStateException();
            });
        }
    }

    @Nested
    class ThatReachesTheStorageASecondTime {
        @Test
        void stopsTheSource() throws Exception {
            run(route -> plain(route).to("serai-storage:main"));

            assertFails(ErrorCode.STORE_TAKEN_TWICE, () -> todos.send(Todos.insert()));
        }

        @Test
        void failsThereWhenItComesLate() throws Exception {
            todos.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(deadLetterChannel("mock:late"));
                    from("seda:later").to("mock:hold").to("serai-storage:main");
                }
            });
            run(route -> plain(route).to("seda:later"));
            CountDownLatch returned = new CountDownLatch(1);
            todos.mock("mock:hold").whenAnyExchangeReceived(exchange -> returned.await());

            Result result = todos.send(Todos.insert());
            returned.countDown();

            MockEndpoint late = todos.mock("mock:late");
            await().atMost(Duration.ofSeconds(10)).until(() -> late.getReceivedCounter() == 1);
            assertThat(late.getExchanges().getFirst().getProperty(Exchange.EXCEPTION_CAUGHT))
                    .isInstanceOfSatisfying(
                            SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_TAKEN_TWICE));
            assertThat(result.outcome()).isEqualTo("STORED");
        }
    }

    @Nested
    class ThatIsDeleted {
        @Test
        void reachesTheStorageWithItsOldKey() throws Exception {
            run(route -> route.process("postImage")
                    .to("mock:seen")
                    .process("syncRules")
                    .to("serai-storage:main", "mock:audit"));

            Result result = todos.send(Todos.delete());

            assertThat(result.outcome()).isEqualTo("STORED");
            assertThat(result.stored()).isEmpty();
            for (String uri : new String[] {"mock:seen", "mock:audit"}) {
                assertThat(todos.mock(uri)
                                .getExchanges()
                                .getFirst()
                                .getMessage()
                                .getBody(String.class))
                        .isEqualTo("{\"id\":\"t1\"}");
            }
        }

        @Test
        void isNotRefusedForWhatAStepMadeOfIt() throws Exception {
            run(route -> route.process("postImage")
                    .setBody()
                    .constant("no row")
                    .process("syncRules")
                    .to("serai-storage:main"));

            assertThat(todos.send(Todos.delete()).outcome()).isEqualTo("STORED");
        }
    }

    @Nested
    class WhoseBodyIsNoRow {
        @Test
        void isRefusedWithAReason() throws Exception {
            run(route -> route.process("postImage")
                    .setBody()
                    .constant("Buy milk")
                    .process("syncRules")
                    .to("mock:next")
                    .to("serai-storage:main"));

            Result result = todos.send(Todos.insert());

            assertThat(result.outcome()).isEqualTo("REFUSED");
            assertThat(result.reason()).contains("neither a map nor JSON text").doesNotContain("Buy milk");
            assertThat(todos.mock("mock:next").getReceivedCounter()).isZero();
        }

        @Test
        void isRefusedWhenThereIsNone() throws Exception {
            run(route -> route.process("postImage")
                    .setBody()
                    .constant(null)
                    .process("syncRules")
                    .to("serai-storage:main"));

            assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("REFUSED");
        }
    }

    @Nested
    class WhoseRowIsTooLarge {
        @Test
        void isRefused() throws Exception {
            run(ChangeThroughARouteTest::plain);

            Result result = todos.send(Todos.insert("u1", "x".repeat(SyncRulesProcessor.MAX_OUTPUT_BYTES), "f"));

            assertThat(result.outcome()).isEqualTo("REFUSED");
            assertThat(result.reason()).startsWith("The row for output table todos has 157");
        }
    }

    @Nested
    class WhoseRouteMixesTheStepsUp {
        @Test
        void failsWhenTheRulesHaveNotSeenTheBody() throws Exception {
            run(route -> route.process("postImage")
                    .process("syncRules")
                    .convertBodyTo(String.class)
                    .to("serai-storage:main"));

            assertFails(ErrorCode.STORE_BODY_NOT_EVALUATED, () -> todos.send(Todos.insert()));
        }

        @Test
        void failsWhenTheStorageIsAnother() throws Exception {
            run(route -> route.process("postImage").process("syncRules").to("serai-storage:other"));

            assertFails(ErrorCode.STORE_OTHER_STORAGE, () -> todos.send(Todos.insert()))
                    .hasMessageContaining("\"main\"")
                    .hasMessageContaining("\"other\"");
        }
    }

    @Nested
    class ThatIsNone {
        @Test
        void failsAtEachStep() throws Exception {
            todos.context().addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:image").process("postImage");
                    from("direct:rules").process("syncRules");
                    from("direct:store").to("serai-storage:main");
                }
            });

            for (String uri : new String[] {"direct:image", "direct:rules", "direct:store"}) {
                assertThatThrownBy(
                                () -> todos.context().createProducerTemplate().sendBody(uri, "hello"))
                        .hasCauseInstanceOf(SeraiException.class)
                        .hasStackTraceContaining(ErrorCode.STORE_NOT_A_CHANGE.code());
            }
        }
    }

    private void run(Consumer<RouteDefinition> steps) throws Exception {
        run(todos, steps);
    }

    private static void run(RoutedTodos todos, Consumer<RouteDefinition> steps) throws Exception {
        todos.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                steps.accept(from("changes:shop").routeId("shop"));
            }
        });
    }

    private static ProcessorDefinition<?> plain(ProcessorDefinition<?> route) {
        return route.process("postImage").process("syncRules").to("serai-storage:main");
    }

    private static AbstractThrowableAssert<?, ?> assertFails(ErrorCode code, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
