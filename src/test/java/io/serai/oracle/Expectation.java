package io.serai.oracle;

import io.serai.oracle.RandomWorkload.Done;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the buckets hold after each transaction of a {@link RandomWorkload}: goes forward only. */
final class Expectation {
    private final RandomWorkload workload;
    private final Map<String, Map<String, SourceRow>> state = new HashMap<>();
    private int applied;

    Expectation(RandomWorkload workload) {
        this.workload = workload;
    }

    /** The buckets' rows after the transaction with this number, as bucket, table and id, to JSON. */
    Map<String, String> after(long number) {
        List<Done> history = workload.history();
        while (applied < history.size() && history.get(applied).number() <= number) {
            history.get(applied).rows().forEach((table, rows) -> {
                Map<String, SourceRow> of = state.computeIfAbsent(table, name -> new HashMap<>());
                rows.forEach((id, row) -> {
                    if (row == null) {
                        of.remove(id);
                    } else {
                        of.put(id, row);
                    }
                });
            });
            applied++;
        }
        return buckets(workload, state, number);
    }

    /** The buckets' rows of this state of the source. */
    static Map<String, String> buckets(
            RandomWorkload workload, Map<String, Map<String, SourceRow>> state, long number) {
        Map<String, String> buckets = new TreeMap<>();
        buckets.put(markerRow(workload), "{\"id\":" + quote(workload.marker()) + ",\"tx\":" + number + "}");
        state.forEach((table, rows) -> rows.values().forEach(row -> {
            String id = workload.table(table).key() == RandomTable.Key.BIGINT ? row.id() : quote(row.id());
            String start = "{\"id\":" + id + ",\"owner\":" + quote(row.owner()) + ",\"n\":" + row.n();
            String body = row.body() == null ? "null" : quote(row.body());
            buckets.put("everything[] " + table + " " + row.id(), start + ",\"tx\":" + row.tx() + "}");
            buckets.put(
                    "by_owner[" + quote(row.owner()) + "] " + table + " " + row.id(),
                    start + ",\"body\":" + body + ",\"tx\":" + row.tx() + "}");
        }));
        return buckets;
    }

    /** Where a checkpoint tells which transaction of this workload it shows last. */
    static String markerRow(RandomWorkload workload) {
        return "marker[] marker " + workload.marker();
    }

    private static String quote(String text) {
        return '"' + text + '"';
    }
}
