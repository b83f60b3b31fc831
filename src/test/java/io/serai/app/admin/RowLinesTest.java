package io.serai.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketOp;
import io.serai.bucket.BucketOp.Kind;
import io.serai.bucket.OpId;
import io.serai.bucket.Subkey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowLinesTest {
    private static final Subkey FIRST = new Subkey(new UUID(1, 1));
    private static final Subkey SECOND = new Subkey(new UUID(2, 2));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final RowLines lines = new RowLines(out);
    private long opId;

    @Test
    void showTheDataAsItIsStoredAndTheChecksumUnsigned() throws IOException {
        lines.bucket("by_owner[\"ü\"]");
        lines.operation(put("items", "1", FIRST, "{\"b\":1.0,\"a\":\"é\\u0001\"}", -1));
        lines.end();

        assertThat(text())
                .isEqualTo(
                        "{\"bucket\":\"by_owner[\\\"ü\\\"]\",\"table\":\"items\",\"id\":\"1\",\"checksum\":4294967295,"
                                + "\"data\":{\"b\":1.0,\"a\":\"é\\u0001\"}}\n");
    }

    @Test
    void keepOnlyTheLastStateOfEachRow() throws IOException {
        lines.bucket("all[]");
        lines.operation(put("items", "1", FIRST, "{\"n\":1}", 1));
        lines.operation(put("items", "2", FIRST, "{\"n\":2}", 2));
        lines.operation(put("items", "1", FIRST, "{\"n\":3}", 3));
        lines.operation(remove("items", "2", FIRST));
        lines.end();

        assertThat(text()).contains("{\"n\":3}").doesNotContain("{\"n\":1}", "{\"n\":2}");
    }

    @Test
    void keepRowsApartThatDifferOnlyInTheirSubkey() throws IOException {
        lines.bucket("all[]");
        lines.operation(put("items", "1", SECOND, "{\"of\":2}", 1));
        lines.operation(put("items", "1", FIRST, "{\"of\":1}", 1));
        lines.end();

        assertThat(text().lines()).hasSize(2);
        assertThat(text().indexOf("{\"of\":1}")).isLessThan(text().indexOf("{\"of\":2}"));
    }

    @Test
    void forgetWhatIsBeforeAClearAndIgnoreMoves() throws IOException {
        lines.bucket("all[]");
        lines.operation(put("items", "1", FIRST, "{\"n\":1}", 1));
        lines.operation(new BucketOp(new OpId(++opId), Kind.CLEAR, "", "", null, 1, null));
        lines.operation(new BucketOp(new OpId(++opId), Kind.MOVE, "", "", null, 1, null));
        lines.operation(put("items", "2", FIRST, "{\"n\":2}", 1));
        lines.end();

        assertThat(text().lines()).singleElement().asString().contains("{\"n\":2}");
    }

    @Test
    void standInTheOrderOfBucketTableAndId() throws IOException {
        lines.bucket("a[]");
        lines.operation(put("todos", "1", FIRST, "{}", 1));
        lines.operation(put("lists", "9", FIRST, "{}", 1));
        lines.operation(put("lists", "10", FIRST, "{}", 1));
        lines.bucket("b[]");
        lines.operation(put("lists", "1", FIRST, "{}", 1));
        lines.end();

        assertThat(text().lines().map(line -> line.replaceAll(",\"checksum.*", "")))
                .containsExactly(
                        "{\"bucket\":\"a[]\",\"table\":\"lists\",\"id\":\"10\"",
                        "{\"bucket\":\"a[]\",\"table\":\"lists\",\"id\":\"9\"",
                        "{\"bucket\":\"a[]\",\"table\":\"todos\",\"id\":\"1\"",
                        "{\"bucket\":\"b[]\",\"table\":\"lists\",\"id\":\"1\"");
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void areTheSameWhenTheyDoNotFitIntoTheHeap(long seed) throws IOException {
        List<BucketOp> operations = random(seed, 3000);
        Map<String, String> expected = new TreeMap<>();
        for (BucketOp operation : operations) {
            apply(operation, expected);
        }

        try (SurvivingRows rows = new SurvivingRows(10_000)) {
            for (BucketOp operation : operations) {
                rows.add(operation);
            }
            List<String> survivors = new ArrayList<>();
            rows.drainTo(row -> survivors.add(key(row) + dataOf(row)));

            assertThat(survivors)
                    .containsExactlyElementsOf(expected.entrySet().stream()
                            .map(row -> row.getKey() + row.getValue())
                            .toList());
        }
    }

    private List<BucketOp> random(long seed, int count) {
        Random random = new Random(seed);
        List<BucketOp> operations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = "i" + (100 + random.nextInt(300));
            Subkey subkey = random.nextInt(5) == 0 ? SECOND : FIRST;
            int kind = random.nextInt(100);
            if (kind == 0) {
                operations.add(new BucketOp(new OpId(++opId), Kind.CLEAR, "", "", null, 0, null));
            } else if (kind < 30) {
                operations.add(remove("items", id, subkey));
            } else {
                operations.add(put("items", id, subkey, "{\"n\":" + i + "}", i));
            }
        }
        return operations;
    }

    private static void apply(BucketOp operation, Map<String, String> rows) {
        switch (operation.kind()) {
            case PUT -> rows.put(key(operation), dataOf(operation));
            case REMOVE -> rows.remove(key(operation));
            case CLEAR -> rows.clear();
            case MOVE -> {}
        }
    }

    private static String key(BucketOp operation) {
        Subkey subkey = operation.subkey();
        return operation.table() + "/" + operation.id() + "/" + (subkey == null ? "" : subkey.text());
    }

    private static String dataOf(BucketOp operation) {
        byte[] data = operation.data();
        return data == null ? "" : new String(data, StandardCharsets.UTF_8);
    }

    private BucketOp put(String table, String id, Subkey subkey, String data, int checksum) {
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        return new BucketOp(new OpId(++opId), Kind.PUT, table, id, subkey, checksum, bytes);
    }

    private BucketOp remove(String table, String id, Subkey subkey) {
        return new BucketOp(new OpId(++opId), Kind.REMOVE, table, id, subkey, 7, null);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
