package io.serai.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Relation;
import io.serai.change.RowChange;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Expression;
import org.apache.camel.builder.ExpressionBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@SuppressWarnings("unchecked") // Camel converts to the raw type
class ChangeConvertersTest {
    private static final String JSON =
            "{\"id\":\"t1\",\"owner_id\":\"u1\",\"title\":\"Buy milk\",\"done\":0,\"effort\":1.0,"
                    + "\"photo\":\"AP8=\",\"created_at\":\"2026-01-02T03:04:05\"}";

    private CamelContext context;

    @BeforeEach
    void startCamel() {
        context = new DefaultCamelContext();
        context.start();
    }

    @AfterEach
    void stopCamel() {
        context.stop();
    }

    @Nested
    class ARow {
        @Test
        void isAMapByColumnName() {
            Map<?, ?> map = context.getTypeConverter().convertTo(Map.class, Todos.insert());

            assertThat(map.keySet().toString()).isEqualTo("[id, owner_id, title, done, effort, photo, created_at]");
            assertThat(map.get("title")).isEqualTo("Buy milk");
            assertThat(map.get("done")).isEqualTo(0L);
            assertThat(map.get("effort")).isEqualTo(1.0);
            assertThat(map.get("photo")).isEqualTo(new byte[] {0, (byte) 0xff});
            assertThat(map.get("created_at")).isEqualTo("2026-01-02T03:04:05");
        }

        @Test
        void isJsonText() throws Exception {
            assertThat(converted(Todos.insert(), String.class)).isEqualTo(JSON);
            assertThat(converted(Todos.insert(), byte[].class)).asString().isEqualTo(JSON);
            try (InputStream stream = converted(Todos.insert(), InputStream.class)) {
                assertThat(stream.readAllBytes())
                        .asString(StandardCharsets.UTF_8)
                        .isEqualTo(JSON);
            }
        }

        @Test
        void isNullWhereTheDatabaseHasNull() {
            RowChange change = Todos.update(Todos.image("t1", null, null, "t", "NaN", null, null));

            assertThat(converted(change, Map.class)).containsEntry("title", null);
            assertThat(converted(change, String.class))
                    .isEqualTo("{\"id\":\"t1\",\"owner_id\":null,\"title\":null,\"done\":1,\"effort\":null,"
                            + "\"photo\":null,\"created_at\":null}");
        }

        @Test
        void answersToTheLanguages() {
            assertThat(evaluated("simple", "${body[owner_id]}", Todos.insert())).isEqualTo("u1");
            assertThat(evaluated("simple", "${body['owner_id']}", Todos.insert()))
                    .isEqualTo("u1");
            assertThat(evaluated("simple", "${body.table.schema}", Todos.insert()))
                    .isEqualTo("public");
            assertThat(evaluated("jsonpath", "$.owner_id", Todos.insert())).isEqualTo("u1");
        }
    }

    @Nested
    class ADelete {
        @Test
        void isItsOldKey() {
            assertThat(converted(Todos.delete(), String.class)).isEqualTo("{\"id\":\"t1\"}");
            assertThat(evaluated("simple", "${body[id]}", Todos.delete())).isEqualTo("t1");
        }

        @Test
        void isEmptyWhereTheTableHasNoKey() {
            Relation keyless = new Relation(Todos.RELATION.table(), Todos.RELATION.columns(), List.of());
            RowChange delete = new RowChange.Delete(keyless, Todos.delete().key());

            assertThat(converted(delete, String.class)).isEqualTo("{}");
        }
    }

    @Nested
    class ATruncate {
        @Test
        void isEmpty() {
            assertThat(converted(Todos.truncate(), Map.class)).isEmpty();
            assertThat(converted(Todos.truncate(), String.class)).isEqualTo("{}");
        }
    }

    private <T> T converted(RowChange change, Class<T> type) {
        return context.getTypeConverter().convertTo(type, change);
    }

    private Object evaluated(String language, String expression, RowChange change) {
        DefaultExchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(change);
        Expression parsed = ExpressionBuilder.languageExpression(language, expression);
        parsed.init(context);
        return parsed.evaluate(exchange, String.class);
    }
}
