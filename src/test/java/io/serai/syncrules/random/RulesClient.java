package io.serai.syncrules.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketRow;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.Lookup;
import io.serai.change.Row;
import io.serai.syncrules.ClientBuckets;
import io.serai.syncrules.ClientBuckets.LookupKey;
import io.serai.syncrules.ClientRequest;
import io.serai.syncrules.SyncRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What the rules make of rows, and of it what a client gets. Confined to one thread. */
final class RulesClient {
    private final SyncRules rules;
    private final List<BucketRow> places = new ArrayList<>();
    private final Map<LookupKey, List<String>> index = new HashMap<>();

    RulesClient(SyncRules rules, List<Row> rows) {
        this.rules = rules;
        rows.forEach(this::add);
    }

    private void add(Row row) {
        EvaluatedRow evaluated = rules.table(
                        SyncRules.DEFAULT_TAG, row.relation().table(), "public")
                .evaluate(row, (query, reason) -> {
                    throw new AssertionError(query + ": " + reason);
                });
        places.addAll(evaluated.bucketRows());
        for (Lookup lookup : evaluated.lookups()) {
            LookupKey key = new LookupKey(lookup.definition(), lookup.index(), lookup.key());
            index.computeIfAbsent(key, ignored -> new ArrayList<>()).add(lookup.values());
        }
    }

    /** Table, id and data of each row in a bucket of the client. */
    Set<String> rows(ClientRequest request) {
        ClientBuckets found = rules.buckets(request, key -> index.getOrDefault(key, List.of()));
        assertThat(found.failures()).isEmpty();
        Set<BucketName> names =
                found.buckets().stream().map(ClientBuckets.Bucket::bucket).collect(Collectors.toSet());
        return places.stream()
                .filter(place -> names.contains(place.bucket()))
                .map(RulesClient::text)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(BucketRow place) {
        return place.row().table() + " " + place.row().id() + " "
                + new String(place.row().json(), StandardCharsets.UTF_8);
    }
}
