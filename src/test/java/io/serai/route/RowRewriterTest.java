package io.serai.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serai.change.Row;
import io.serai.change.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowRewriterTest {
    private static final Row OWN = Todos.insert().row().row();
    private static final CamelContext CAMEL = new DefaultCamelContext();

    private final RowRewriter rewriter = new RowRewriter();

    @BeforeAll
    static void startCamel() {
        CAMEL.start();
    }

    @AfterAll
    static void stopCamel() {
        CAMEL.stop();
    }

    @Nested
    class OfWhatTheRowLookedLike {
        @Test
        void keepsEachValueOfAMap() throws Exception {
            Row row = rewrite(new HashMap<>(RowView.map(OWN)));

            assertSameValues(row);
        }

        @Test
        void keepsEachValueOfJsonText() throws Exception {
            String json = RowView.json(OWN);

            assertSameValues(rewrite(json));
            assertSameValues(rewrite(json.getBytes(StandardCharsets.UTF_8)));
        }

        @Test
        void keepsNumbersOfOtherWidths() throws Exception {
            Map<String, @Nullable Object> map = RowView.map(OWN);
            map.put("done", 0);
            map.put("effort", new BigDecimal("1.00"));

            assertSameValues(rewrite(map));
        }

        @Test
        void keepsTheRelation() throws Exception {
            Map<String, @Nullable Object> map = RowView.map(OWN);
            map.put("title", "Fetch milk");

            assertThat(rewrite(map).relation()).isSameAs(OWN.relation());
        }

        private void assertSameValues(Row row) {
            assertThat(row.relation()).isSameAs(OWN.relation());
            for (int i = 0; i < OWN.size(); i++) {
                assertThat(row.value(i)).isSameAs(OWN.value(i));
            }
        }
    }

    @Nested
    class OfOtherColumns {
        @Test
        void leavesOutTheMissingOnes() throws Exception {
            Map<String, @Nullable Object> map = RowView.map(OWN);
            map.remove("photo");

            Row row = rewrite(map);

            assertThat(row.get("photo")).isNull();
            assertThat(row.get("created_at")).isSameAs(OWN.get("created_at"));
            assertThat(row.size()).isEqualTo(OWN.size() - 1);
        }

        @Test
        void addsFurtherOnesBehindTheTables() throws Exception {
            Row row = rewrite("{\"extra\": 1, \"id\": \"t1\"}");

            assertThat(row.relation().columns()).extracting("name").containsExactly("id", "extra");
            assertThat(row.get("extra")).isEqualTo(Value.of(1));
        }

        @Test
        void sharesTheRelationBetweenRowsOfOneShape() throws Exception {
            Row one = rewrite(Map.of("id", "t1", "extra", 1));
            Row other = rewrite(Map.of("extra", 2, "id", "t1"));

            assertThat(one.relation()).isSameAs(other.relation());
        }
    }

    @ParameterizedTest
    @MethodSource("objects")
    void makesAPlainValueOfAnObject(Object given, Value expected) throws Exception {
        Map<String, Object> map = new HashMap<>();
        map.put("extra", given);

        assertThat(rewrite(map).get("extra")).isEqualTo(expected);
    }

    static Stream<Arguments> objects() {
        UUID uuid = UUID.fromString("00000000-0000-0000-0000-000000000001");
        return Stream.of(
                Arguments.of(null, Value.NULL),
                Arguments.of(true, Value.of(1)),
                Arguments.of((short) 7, Value.of(7)),
                Arguments.of(BigInteger.TWO, Value.of(2)),
                Arguments.of(BigInteger.ONE.shiftLeft(64), Value.of(0x1p64)),
                Arguments.of(1.5f, Value.of(1.5)),
                Arguments.of(1.1f, Value.of(1.1)),
                Arguments.of(2.0, Value.of(2.0)),
                Arguments.of(new BigDecimal("1E+3"), Value.of("1000")),
                Arguments.of("text", Value.of("text")),
                Arguments.of('c', Value.of("c")),
                Arguments.of(uuid, Value.of(uuid.toString())),
                Arguments.of(Instant.EPOCH, Value.of("1970-01-01T00:00:00Z")),
                Arguments.of(Date.from(Instant.EPOCH), Value.of("1970-01-01T00:00:00Z")),
                Arguments.of(new byte[] {1}, new Value.BlobValue(new byte[] {1})),
                Arguments.of(Arrays.asList(1, null, true, 2.0), Value.of("[1,null,true,2.0]")),
                Arguments.of(new int[] {1, 2}, Value.of("[1,2]")),
                Arguments.of(Map.of("a", List.of("b")), Value.of("{\"a\":[\"b\"]}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Buy milk", "[1]", "1", "{\"a\":1", "{\"a\":1,\"a\":2}"})
    void refusesTextThatIsNoJsonObject(String text) {
        assertThatExceptionOfType(NotARowException.class).isThrownBy(() -> rewrite(text));
    }

    @Test
    void refusesObjectsThatNoColumnCanHold() {
        assertThatExceptionOfType(NotARowException.class)
                .isThrownBy(() -> rewrite(Map.of("extra", Thread.currentThread())))
                .withMessage("Column \"extra\" was given a value of type java.lang.Thread, which no column can hold");
    }

    @Test
    void refusesMapsOfOtherKeys() {
        assertThatExceptionOfType(NotARowException.class).isThrownBy(() -> rewrite(Map.of(1, "one")));
    }

    private Row rewrite(Object body) throws NotARowException {
        return rewriter.rewrite(OWN, body, new DefaultExchange(CAMEL));
    }
}
