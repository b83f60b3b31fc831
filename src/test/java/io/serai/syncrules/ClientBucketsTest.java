package io.serai.syncrules;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.Lookup;
import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.Row;
import io.serai.syncrules.ClientBuckets.LookupKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ClientBucketsTest {
    private final Map<LookupKey, List<String>> index = new HashMap<>();

    private void index(SyncRules rules, Row... rows) {
        for (Row row : rows) {
            for (Lookup lookup : Rows.evaluate(rules, row).lookups()) {
                LookupKey key = new LookupKey(lookup.definition(), lookup.index(), lookup.key());
                index.computeIfAbsent(key, ignored -> new ArrayList<>()).add(lookup.values());
            }
        }
    }

    private ClientBuckets buckets(SyncRules rules, String token, ClientRequest.Subscription... subscriptions) {
        ClientRequest request = new ClientRequest(json(token), json("{}"), List.of(subscriptions), true);
        return rules.buckets(request, key -> index.getOrDefault(key, List.of()));
    }

    private List<String> names(SyncRules rules, String token, ClientRequest.Subscription... subscriptions) {
        return buckets(rules, token, subscriptions).buckets().stream()
                .map(bucket -> bucket.bucket().name())
                .toList();
    }

    private static Json.Object json(String text) {
        return (Json.Object) JsonReader.read(text);
    }

    private static SyncRules stream(String query) {
        return Rows.rules("config: {edition: 3}\nstreams:\n  s:\n    auto_subscribe: true\n    query: " + query + "\n");
    }

    @Nested
    class AStreamThatJoinsOverSeveralHops {
        private final SyncRules rules = stream(
                "SELECT * FROM tasks WHERE project IN (SELECT id FROM projects WHERE org IN (SELECT org FROM users WHERE id = auth.user_id()))");

        @Test
        void followsEachLookup() {
            index(
                    rules,
                    Rows.row("users", "id", "u1", "org", "o1"),
                    Rows.row("projects", "id", "p1", "org", "o1"),
                    Rows.row("projects", "id", "p2", "org", "o1"),
                    Rows.row("projects", "id", "p3", "org", "o2"));

            assertThat(names(rules, "{\"sub\":\"u1\"}")).containsExactlyInAnyOrder("s|0[\"p1\"]", "s|0[\"p2\"]");
            assertThat(names(rules, "{\"sub\":\"u2\"}")).isEmpty();
        }

        @Test
        void tellsWhatWasLookedUp() {
            index(rules, Rows.row("users", "id", "u1", "org", "o1"));

            assertThat(buckets(rules, "{\"sub\":\"u1\"}").lookups())
                    .extracting(LookupKey::key)
                    .containsExactlyInAnyOrder("[\"u1\"]", "[\"o1\"]");
        }
    }

    @Nested
    class TwoKeysFromOneRow {
        private final SyncRules rules = stream(
                "SELECT tasks.* FROM tasks, members m WHERE tasks.project = m.project AND tasks.region = m.region AND m.u = auth.user_id()");

        @Test
        void stayTogether() {
            index(
                    rules,
                    Rows.row("members", "u", "u1", "project", "p1", "region", "r1"),
                    Rows.row("members", "u", "u1", "project", "p2", "region", "r2"));

            assertThat(names(rules, "{\"sub\":\"u1\"}"))
                    .containsExactlyInAnyOrder("s|0[\"p1\",\"r1\"]", "s|0[\"p2\",\"r2\"]");
        }
    }

    @Nested
    class AConditionThatNeedsARowSomewhere {
        private final SyncRules rules =
                stream("SELECT * FROM audit WHERE auth.user_id() IN (SELECT id FROM users WHERE admin)");

        @Test
        void opensTheBucketOnlyWhereTheRowExists() {
            index(rules, Rows.row("users", "id", "u1", "admin", 1), Rows.row("users", "id", "u2", "admin", 0));

            assertThat(names(rules, "{\"sub\":\"u1\"}")).containsExactly("s|0[]");
            assertThat(names(rules, "{\"sub\":\"u2\"}")).isEmpty();
        }
    }

    @Nested
    class AnOrOverTheSameValue {
        @Test
        void needsOneBucket() {
            SyncRules rules = stream("SELECT * FROM t WHERE a = auth.user_id() OR b = auth.user_id()");

            assertThat(names(rules, "{\"sub\":\"u1\"}")).containsExactly("s|0[\"u1\"]");
            assertThat(Rows.places(Rows.evaluate(rules, Rows.row("t", "id", "1", "a", "u1", "b", "u2"))))
                    .containsExactly(
                            "s|0[\"u1\"] t 1 {\"id\":\"1\",\"a\":\"u1\",\"b\":\"u2\"}",
                            "s|0[\"u2\"] t 1 {\"id\":\"1\",\"a\":\"u1\",\"b\":\"u2\"}");
        }
    }

    @Nested
    class ValuesThatMustAgree {
        private final SyncRules rules =
                stream("SELECT * FROM t WHERE a IN auth.parameter('x') AND a IN auth.parameter('y')");

        @Test
        void giveTheirIntersection() {
            assertThat(names(rules, "{\"x\":[1,2,3],\"y\":[2,3,4]}")).containsExactlyInAnyOrder("s|0[2]", "s|0[3]");
        }
    }

    @Nested
    class AnArrayInAText {
        @Test
        void losesWhatADoubleDoesNotHold() {
            SyncRules rules = Rows.rules("""
                    bucket_definitions:
                      b:
                        parameters: SELECT value AS x FROM json_each('[9007199254740993]')
                        data: [SELECT * FROM t WHERE a = bucket.x]
                    """);

            assertThat(names(rules, "{}")).containsExactly("b[9007199254740992]");
        }
    }

    @Nested
    class AClientWithoutTheValue {
        @Test
        void hasNoBucketOfAStream() {
            assertThat(names(stream("SELECT * FROM t WHERE a = auth.user_id()"), "{}"))
                    .isEmpty();
        }

        @Test
        void hasAnEmptyBucketOfADefinition() {
            SyncRules rules = Rows.rules("""
                    bucket_definitions:
                      b:
                        parameters: SELECT request.user_id() AS u
                        data: [SELECT * FROM t WHERE a = bucket.u]
                    """);

            assertThat(names(rules, "{}")).containsExactly("b[null]");
        }
    }

    @Nested
    class Subscriptions {
        private final SyncRules rules = Rows.rules("""
                config: {edition: 3}
                streams:
                  list:
                    priority: 2
                    accept_potentially_dangerous_queries: true
                    query: SELECT * FROM items WHERE list = subscription.parameter('id')
                """);

        private ClientRequest.Subscription to(String parameters, Optional<Integer> priority) {
            return new ClientRequest.Subscription("list", Optional.of(json(parameters)), priority);
        }

        @Test
        void areResolvedEachOnItsOwn() {
            assertThat(names(rules, "{}", to("{\"id\":1}", Optional.empty()), to("{\"id\":2}", Optional.empty())))
                    .containsExactly("list|0[1]", "list|0[2]");
            assertThat(names(rules, "{}")).isEmpty();
        }

        @Test
        void shareABucketWithTheBestPriority() {
            ClientBuckets.Bucket bucket = buckets(
                            rules, "{}", to("{\"id\":1}", Optional.empty()), to("{\"id\":1}", Optional.of(0)))
                    .buckets()
                    .getFirst();

            assertThat(bucket.priority()).isZero();
            assertThat(bucket.reasons()).hasSize(2);
        }
    }

    @Nested
    class ARequestThatCannotBeEvaluated {
        @Test
        void failsForItsStreamOnly() {
            SyncRules rules = Rows.rules("""
                    config: {edition: 3}
                    streams:
                      bad: {auto_subscribe: true, query: SELECT * FROM t WHERE a IN auth.parameter('ids')}
                      good: {auto_subscribe: true, query: SELECT * FROM t}
                    """);

            ClientBuckets buckets = buckets(rules, "{\"ids\":\"not an array\"}");

            assertThat(buckets.failures())
                    .extracting(ClientBuckets.Failure::query)
                    .containsExactly("bad");
            assertThat(buckets.buckets())
                    .extracting(bucket -> bucket.bucket().name())
                    .containsExactly("good|0[]");
        }
    }

    @Nested
    class StreamsWithEqualRows {
        @Test
        void shareTheBucketOfTheFirst() {
            SyncRules rules = Rows.rules("""
                    config: {edition: 3}
                    streams:
                      a: {auto_subscribe: true, priority: 2, query: SELECT * FROM t}
                      b: {auto_subscribe: true, priority: 1, query: SELECT * FROM t}
                    """);

            ClientBuckets.Bucket bucket = buckets(rules, "{}").buckets().getFirst();

            assertThat(buckets(rules, "{}").buckets()).hasSize(1);
            assertThat(bucket.bucket().name()).isEqualTo("a|0[]");
            assertThat(bucket.priority()).isEqualTo(1);
        }
    }
}
