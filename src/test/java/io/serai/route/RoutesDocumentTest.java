package io.serai.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.route.RoutedTodos.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every example of docs/routes.md does what is said there. */
class RoutesDocumentTest {
    private static final String STORED =
            "{\"id\":\"t1\",\"owner_id\":\"u1\",\"title\":\"Buy milk\",\"done\":0,\"effort\":1.0,"
                    + "\"created_at\":\"2026-01-02 03:04:05\"}";

    @Test
    void showsTheShippedTemplate() throws IOException {
        assertThat(Files.readString(Path.of("routes/postgresql.yaml")))
                .endsWith(RoutesDocument.example("What a route must have"));
    }

    @Nested
    class OnlySomeRows {
        @ParameterizedTest
        @ValueSource(strings = {"simple: \"${body[done]} == 0\"", "jsonpath: \"$[?(@.done == 0)]\""})
        void storesARowThatPasses(String condition) throws Exception {
            try (RoutedTodos todos = RoutedTodos.running(filteredBy(condition))) {
                Result result = todos.send(Todos.insert());

                assertThat(result.stored()).containsExactly(STORED);
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"simple: \"${body[done]} == 0\"", "jsonpath: \"$[?(@.done == 0)]\""})
        void filtersARowThatDoesNot(String condition) throws Exception {
            try (RoutedTodos todos = RoutedTodos.running(filteredBy(condition))) {
                Result result = todos.send(Todos.insert("u1", "Buy milk", "t"));

                assertThat(result.outcome()).isEqualTo("FILTERED");
                assertThat(result.stored()).isEmpty();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"simple: \"${body[done]} == 0\"", "jsonpath: \"$[?(@.done == 0)]\""})
        void lookAtADeleteWithoutFailing(String condition) throws Exception {
            try (RoutedTodos todos = RoutedTodos.running(filteredBy(condition))) {
                Result result = todos.send(Todos.delete());

                assertThat(result.outcome()).isEqualTo("FILTERED");
            }
        }

        private static String filteredBy(String condition) throws IOException {
            return RoutesDocument.example("Only some rows").replace("simple: \"${body[done]} == 0\"", condition);
        }
    }

    @Nested
    class OnlySomeTables {
        @Test
        void keepsTheOthers() throws Exception {
            try (RoutedTodos todos = RoutedTodos.running(RoutesDocument.example("Only some tables"))) {
                assertThat(todos.send(Todos.insert()).stored()).containsExactly(STORED);
            }
        }

        @Test
        void stopsTheOne() throws Exception {
            String yaml = RoutesDocument.example("Only some tables").replace("public.drafts", "public.todos");
            try (RoutedTodos todos = RoutedTodos.running(yaml)) {
                assertThat(todos.send(Todos.insert()).outcome()).isEqualTo("FILTERED");
            }
        }
    }

    @Nested
    class MaskAColumn {
        @Test
        void changesThatColumnAlone() throws Exception {
            try (RoutedTodos todos = RoutedTodos.running(RoutesDocument.example("Mask a column"))) {
                Result result = todos.send(Todos.insert());

                assertThat(result.stored()).containsExactly(STORED.replace("Buy milk", "***"));
                assertThat(result.evaluated().get("created_at")).isInstanceOf(Todos.Time.class);
                assertThat(result.evaluated().get("photo")).isNull();
            }
        }

        @Test
        void leavesDeletesAndTruncatesAlone() throws Exception {
            try (RoutedTodos todos = RoutedTodos.running(RoutesDocument.example("Mask a column"))) {
                assertThat(todos.send(Todos.delete()).outcome()).isEqualTo("STORED");
                assertThat(todos.send(Todos.truncate()).outcome()).isEqualTo("STORED");
            }
        }
    }

    @Nested
    class AddAColumn {
        @Test
        void showsItToTheRules() throws Exception {
            try (RoutedTodos todos = RoutedTodos.running(RoutesDocument.example("Add a column"))) {
                Result result = todos.send(Todos.insert());

                assertThat(result.stored()).containsExactly(STORED.replace("}", ",\"title_length\":8}"));
            }
        }
    }

    @Nested
    class JsonText {
        @Test
        void isARow() throws Exception {
            try (RoutedTodos todos = RoutedTodos.running(RoutesDocument.example("JSON text"))) {
                Result result = todos.send(Todos.insert());

                assertThat(result.stored()).containsExactly(STORED.replace("Buy", "Fetch"));
                assertThat(result.evaluated().get("created_at")).isInstanceOf(Todos.Time.class);
            }
        }
    }

    @Nested
    class ASecondTarget {
        @TempDir
        Path folder;

        @Test
        void getsWhatIsStored() throws Exception {
            try (RoutedTodos todos = RoutedTodos.running(inFolder(RoutesDocument.example("A second target"), folder))) {
                Result result = todos.send(Todos.insert());

                assertThat(result.stored()).containsExactly(STORED);
                assertThat(folder.resolve("changes.jsonl"))
                        .content()
                        .isEqualTo(STORED.replace("\"created_at\"", "\"photo\":\"AP8=\",\"created_at\"")
                                        .replace("02 03", "02T03")
                                + "\n");
            }
        }
    }

    @Nested
    class KeepGoingWhenARowFails {
        @TempDir
        Path folder;

        @Test
        void divertsTheRow() throws Exception {
            try (RoutedTodos todos =
                    withService(folder, "Keep going when a row fails", new IllegalArgumentException("too long"))) {
                Result result = todos.send(Todos.insert());

                assertThat(result.outcome()).isEqualTo("DIVERTED");
                assertThat(result.reason()).isEqualTo("java.lang.IllegalArgumentException");
                assertThat(folder.resolve("failed.jsonl")).content().contains("Buy milk");
            }
        }

        @Test
        void stopsTheSourceForOtherExceptions() throws Exception {
            try (RoutedTodos todos =
                    withService(folder, "Keep going when a row fails", new IllegalStateException("Buy milk"))) {
                assertThatThrownBy(() -> todos.send(Todos.insert()))
                        .isInstanceOfSatisfying(
                                SeraiException.class,
                                e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_ROUTE_FAILED))
                        .hasMessageNotContaining("Buy milk")
                        .hasRootCauseInstanceOf(IllegalStateException.class);
            }
        }
    }

    @Nested
    class HandleAnExceptionOnTheWay {
        @TempDir
        Path folder;

        @Test
        void storesTheRow() throws Exception {
            try (RoutedTodos todos =
                    withService(folder, "Handle an exception on the way", new IllegalArgumentException("no"))) {
                Result result = todos.send(Todos.insert());

                assertThat(result.outcome()).isEqualTo("STORED");
                assertThat(result.stored()).containsExactly(STORED);
            }
        }
    }

    @Nested
    class Events {
        @TempDir
        Path folder;

        @Test
        void becomeLinesOfAFile() throws Exception {
            try (RoutedTodos todos = RoutedTodos.running(RoutesDocument.example("What a route must have"))) {
                todos.load(inFolder(RoutesDocument.examples("Events").get(1), folder));

                todos.send(Todos.insert());

                assertThat(folder.resolve("events.txt")).content().isEqualTo("insert t1: Buy milk\n");
            }
        }
    }

    private static String inFolder(String yaml, Path folder) {
        return yaml.replace("directoryName: audit", "directoryName: \"" + folder + "\"");
    }

    private static RoutedTodos withService(Path folder, String example, Exception failure) throws Exception {
        RoutedTodos todos = new RoutedTodos();
        todos.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:service").throwException(failure);
            }
        });
        todos.load(inFolder(RoutesDocument.example(example), folder));
        return todos;
    }
}
