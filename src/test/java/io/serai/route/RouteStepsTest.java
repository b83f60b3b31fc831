package io.serai.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.language.ConstantExpression;
import org.apache.camel.model.language.SimpleExpression;
import org.apache.camel.processor.aggregate.UseLatestAggregationStrategy;
import org.apache.camel.spi.Policy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RouteStepsTest {
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
    class OfAWholeRoute {
        @Test
        void areAcceptedByName() {
            assertThatCode(() -> start(route -> route.process("#postImage")
                            .process("#bean:syncRules")
                            .to("serai-storage")))
                    .doesNotThrowAnyException();
        }

        @Test
        void areAcceptedByType() {
            todos.context().getRegistry().bind("mine", new PostImageProcessor());

            assertThatCode(() -> start(route -> route.process("mine")
                            .process(new SyncRulesProcessor())
                            .to("serai-storage:main")))
                    .doesNotThrowAnyException();
        }

        @Test
        void areAcceptedWhenItStartsAgain() throws Exception {
            try (CamelContext context = new DefaultCamelContext()) {
                context.addComponent("changes", new ChangesComponent());
                context.addRoutes(shop(
                        route -> route.process("postImage").process("syncRules").to("serai-storage:main")));
                context.start();

                context.getRouteController().stopRoute("shop");

                assertThatCode(() -> context.getRouteController().startRoute("shop"))
                        .doesNotThrowAnyException();
            }
        }

        @Test
        void areAcceptedWithinOtherSteps() {
            assertThatCode(() -> start(route -> route.process("postImage")
                            .choice()
                            .when(simple("${body[done]} == 0"))
                            .process("syncRules")
                            .multicast()
                            .to("mock:audit")
                            .to("serai-storage:main")))
                    .doesNotThrowAnyException();
        }

        @Test
        void areAcceptedBehindAnErrorHandler() {
            assertThatCode(() -> start(route -> route.onException(Exception.class)
                            .handled(true)
                            .end()
                            .process("postImage")
                            .process("syncRules")
                            .to("serai-storage:main")))
                    .doesNotThrowAnyException();
        }

        @Test
        void areAcceptedWithinAPolicy() {
            todos.context().getRegistry().bind("policy", new Policy() {
                @Override
                public void beforeWrap(Route route, NamedNode definition) {}

                @Override
                public Processor wrap(Route route, Processor processor) {
                    return processor;
                }
            });

            assertThatCode(() -> start(route -> route.policy("policy")
                            .process("postImage")
                            .process("syncRules")
                            .to("serai-storage:main")))
                    .doesNotThrowAnyException();
        }
    }

    @Nested
    class OfARouteThatLacksOne {
        @Test
        void areRefusedWhenDebeziumsIsInARouteOfAnotherSource() {
            assertThatThrownBy(() -> start(route -> route.process("#debezium")
                            .process("postImage")
                            .process("syncRules")
                            .to("serai-storage:main")))
                    .hasMessageContaining("does not begin with an endpoint of Debezium's")
                    .hasMessageContaining("route shop");
        }

        @Test
        void areRefusedWhenAnotherStepIsFirst() {
            assertRefused(
                    "must be postImage, but is filter",
                    route -> route.filter(simple("true"))
                            .process("postImage")
                            .process("syncRules")
                            .to("serai-storage:main"));
        }

        @Test
        void areRefusedWhenThereIsNone() {
            assertRefused("must be postImage, but is log", route -> route.log("a change"));
        }

        @Test
        void areRefusedWithoutSyncRules() {
            assertRefused(
                    "no syncRules step", route -> route.process("postImage").to("serai-storage:main"));
        }

        @Test
        void areRefusedWithoutAStorage() {
            assertRefused(
                    "no step to serai-storage",
                    route -> route.process("postImage").process("syncRules").wireTap("serai-storage:main"));
        }

        @Test
        void areRefusedWhenOnlyTheErrorHandlerHasThem() {
            assertRefused(
                    "no step to serai-storage",
                    route -> route.onException(Exception.class)
                            .to("serai-storage:main")
                            .end()
                            .process("postImage")
                            .process("syncRules"));
        }
    }

    @Nested
    class OfARouteThatReturnsBeforeOneRan {
        @Test
        void areRefusedBehindAnAggregation() {
            assertRefused(
                    "serai-storage is within aggregate",
                    route -> route.process("postImage")
                            .process("syncRules")
                            .aggregate(constant(true), new UseLatestAggregationStrategy())
                            .completionSize(3)
                            .to("serai-storage:main"));
        }

        @Test
        void areRefusedBehindAResequencer() {
            assertRefused(
                    "syncRules is within resequence",
                    route -> route.process("postImage")
                            .resequence(constant(1))
                            .filter(simple("true"))
                            .process("syncRules")
                            .to("serai-storage:main"));
        }

        @Test
        void areRefusedWithinAMulticastThatDoesNotWait() {
            assertRefused(
                    "serai-storage is within multicast",
                    route -> route.process("postImage")
                            .process("syncRules")
                            .multicast()
                            .parallelProcessing()
                            .timeout(200)
                            .to("mock:audit", "serai-storage:main"));
        }

        @Test
        void areRefusedWithinASplitThatDoesNotWait() {
            assertRefused(
                    "serai-storage is within split",
                    route -> route.process("postImage")
                            .process("syncRules")
                            .split(simple("${body}"))
                            .parallelProcessing()
                            .timeout(200)
                            .to("serai-storage:main"));
        }

        @Test
        void areAcceptedBesideOthersThatComeLate() {
            assertThatCode(() -> start(route -> route.process("postImage")
                            .process("syncRules")
                            .multicast()
                            .to("serai-storage:main")
                            .aggregate(constant(true), new UseLatestAggregationStrategy())
                            .completionSize(3)
                            .to("mock:audit")))
                    .doesNotThrowAnyException();
        }
    }

    private void assertRefused(String what, Steps steps) {
        assertThatThrownBy(() -> start(steps))
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_ROUTE_INCOMPLETE))
                .hasMessageContaining(what)
                .hasMessageContaining("route shop");
    }

    private void start(Steps steps) throws Exception {
        todos.context().addRoutes(shop(steps));
    }

    private static RouteBuilder shop(Steps steps) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                steps.addTo(from("changes:shop").routeId("shop"));
            }
        };
    }

    private static Expression constant(Object value) {
        return new ConstantExpression(String.valueOf(value));
    }

    private static SimpleExpression simple(String expression) {
        return new SimpleExpression(expression);
    }

    /** The steps of a route in the Java DSL. */
    private interface Steps {
        void addTo(RouteDefinition route);
    }
}
