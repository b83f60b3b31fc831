package io.serai.syncrules;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketRow;
import io.serai.bucket.Lookup;
import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import io.serai.syncrules.ClientBuckets.LookupKey;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams of edition 2, where they are not those of edition 3. */
class EarlyStreamsTest {
    private static String yaml(String query) {
        return "config: {edition: 2}\nstreams:\n  s:\n    auto_subscribe: true\n    query: \"" + query + "\"\n";
    }

    private static SyncRules rules(String query) {
        return Rows.rules(yaml(query));
    }

    private static List<String> buckets(SyncRules rules, Row row) {
        return Rows.evaluate(rules, row).bucketRows().stream()
                .map(BucketRow::bucket)
                .map(bucket -> bucket.name())
                .toList();
    }

    private static List<String> lookups(SyncRules rules, Row row) {
        return Rows.evaluate(rules, row).lookups().stream()
                .map(lookup -> lookup.key() + " " + lookup.values())
                .toList();
    }

    private static ClientBuckets client(SyncRules rules, String token, Row... indexed) {
        List<Lookup> index = new ArrayList<>();
        for (Row row : indexed) {
            index.addAll(Rows.evaluate(rules, row).lookups());
        }
        ClientRequest request = new ClientRequest(
                (Json.Object) JsonReader.read(token), (Json.Object) JsonReader.read("{}"), List.of(), true);
        return rules.buckets(
                request,
                key -> index.stream()
                        .filter(lookup -> new LookupKey(lookup.definition(), lookup.index(), lookup.key()).equals(key))
                        .map(Lookup::values)
                        .toList());
    }

    private static List<String> names(ClientBuckets buckets) {
        return buckets.buckets().stream().map(bucket -> bucket.bucket().name()).toList();
    }

    @Nested
    class AnArrayOfTheRow {
        private final SyncRules rules = rules("SELECT * FROM assets WHERE auth.user_id() IN shared");

        @Test
        void givesItsElementsAsTheyAreWritten() {
            Row row = Rows.row("assets", "id", "a1", "shared", "[1,2.0,\"3\",true,[\"n\"],9007199254740993]");

            assertThat(buckets(rules, row))
                    .containsExactlyInAnyOrder(
                            "s|0[1]", "s|0[2]", "s|0[\"3\"]", "s|0[true]", "s|0[[\"n\"]]", "s|0[9007199254740992]");
        }

        @Test
        void doesNotGiveItsNullsToClientsWithoutTheValue() {
            assertThat(buckets(rules, Rows.row("assets", "id", "a1", "shared", "[null,\"u1\"]")))
                    .containsExactly("s|0[\"u1\"]");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"u1\"", "{\"u1\":1}", "null", "1", "no JSON"})
        void failsWhenItIsNone(String shared) {
            List<String> failures = new ArrayList<>();

            rules.table("default", new TableRef("public", "assets"), "public")
                    .evaluate(
                            Rows.row("assets", "id", "a1", "shared", shared), (query, reason) -> failures.add(reason));

            assertThat(failures).hasSize(1);
        }

        @Test
        void isOnlyAFilterWhereItIsComparedWithTheRow() {
            SyncRules scalar = rules("SELECT * FROM assets WHERE owner IN shared AND tags && shared");

            assertThat(buckets(
                            scalar,
                            Rows.row("assets", "id", "a1", "owner", "u", "shared", "[\"u\",\"u\"]", "tags", "[\"u\"]")))
                    .containsExactly("s|0[]");
            assertThat(buckets(
                            scalar,
                            Rows.row("assets", "id", "a1", "owner", "u", "shared", "[\"u\"]", "tags", "[\"v\"]")))
                    .isEmpty();
        }
    }

    @Nested
    class AnArrayOfTheClient {
        private final SyncRules rules = rules("SELECT * FROM assets WHERE x IN auth.parameter('ids')");

        @Test
        void givesItsTextsAndNumbersAndNulls() {
            ClientBuckets buckets = client(rules, "{\"ids\":[1,\"x\",null,true,1.5,[\"y\"],{\"z\":1}]}");

            assertThat(names(buckets)).containsExactlyInAnyOrder("s|0[1]", "s|0[\"x\"]", "s|0[null]", "s|0[1.5]");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{\"k\":\"v\"}", "5", "\"5\"", "null"})
        void givesNothingWhenItIsNone(String ids) {
            ClientBuckets buckets = client(rules, "{\"ids\":" + ids + "}");

            assertThat(buckets.buckets()).isEmpty();
            assertThat(buckets.failures()).isEmpty();
        }

        @Test
        void failsWhenItIsNotJson() {
            assertThat(client(rules, "{\"ids\":\"no JSON\"}").failures()).hasSize(1);
        }
    }

    @Nested
    class AClientThatASubqueryAsksFor {
        private final SyncRules rules = rules(
                "SELECT * FROM assets WHERE auth.user_id() IN (SELECT id FROM users WHERE org = auth.parameter('org'))");
        private final Row user = Rows.row("users", "id", "u1", "org", 5);

        @Test
        void isLookedUpBehindTheTermsOfTheSubquery() {
            assertThat(lookups(rules, user)).containsExactly("[5,\"u1\"] {\"0\":\"u1\"}");
            assertThat(names(client(rules, "{\"sub\":\"u1\",\"org\":5}", user))).containsExactly("s|0[]");
            assertThat(names(client(rules, "{\"sub\":\"u2\",\"org\":5}", user))).isEmpty();
        }

        @Test
        void isEnoughToAskFor() {
            SyncRules gate = rules("SELECT * FROM assets WHERE auth.user_id() IN (SELECT id FROM users WHERE admin)");

            assertThat(lookups(gate, Rows.row("users", "id", "u1", "admin", 1)))
                    .containsExactly("[\"u1\"] {\"0\":\"u1\"}");
            assertThat(lookups(gate, Rows.row("users", "id", "u1", "admin", 0))).isEmpty();
        }
    }

    @Nested
    class WhatASubqueryFinds {
        private final SyncRules rules =
                rules("SELECT * FROM assets WHERE org IN (SELECT org FROM users WHERE id = auth.user_id())");

        @Test
        void mayBeNull() {
            Row user = Rows.row("users", "id", "u1", "org", Value.NULL);

            assertThat(lookups(rules, user)).containsExactly("[\"u1\"] {\"0\":null}");
            assertThat(names(client(rules, "{\"sub\":\"u1\"}", user))).containsExactly("s|0[null]");
            assertThat(buckets(rules, Rows.row("assets", "id", "a1", "org", Value.NULL)))
                    .isEmpty();
        }

        @Test
        void isNoBlob() {
            assertThat(lookups(rules, Rows.row("users", "id", "u1", "org", new byte[] {1})))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM a WHERE x IN (SELECT id FROM b WHERE u = auth.user_id() OR v = 1)",
                "SELECT * FROM a WHERE x IN (SELECT id FROM b WHERE o IN (SELECT o FROM c WHERE u = auth.user_id()))",
                "SELECT * FROM a WHERE x IN (SELECT b.id FROM b, c WHERE b.o = c.o AND c.u = auth.user_id())",
                "SELECT * FROM a WHERE x IN (SELECT value FROM json_each(auth.parameter('ids')))",
                "SELECT * FROM a WHERE x IN (SELECT id FROM b WHERE b.o = a.o AND u = auth.user_id())",
                "SELECT * FROM a WHERE x IN (SELECT id FROM b WHERE auth.parameter('p') = 1)",
                "SELECT * FROM a WHERE x && (SELECT id FROM b WHERE admin)",
                "SELECT * FROM a WHERE auth.parameter('p') && (SELECT id FROM b WHERE u = auth.user_id())",
                "SELECT * FROM a WHERE NOT (x IN auth.parameter('p'))",
                "SELECT id, a.schema() AS x FROM a",
                "SELECT id, a.table_name() AS x FROM a",
                "SELECT id, a.table_suffix() AS x FROM a",
                "SELECT id, * AS x FROM a",
            })
    void refuseWhatOnlyEdition3Has(String query) {
        assertThat(SyncRules.parse(yaml(query)).rules()).isEmpty();
    }

    @Nested
    class ASelectListOfConstants {
        @Test
        void isOneOfTheTable() {
            SyncRules rules = rules("SELECT 'x' AS id FROM a WHERE o IN (SELECT o FROM b WHERE u = auth.user_id())");

            assertThat(Rows.places(Rows.evaluate(rules, Rows.row("a", "id", "1", "o", "o1"))))
                    .containsExactly("s|0[\"o1\"] a x {\"id\":\"x\"}");
        }
    }

    @Nested
    class AnOrWithinAnAnd {
        @Test
        void givesTheFirstKeys() {
            SyncRules rules = rules(
                    "SELECT * FROM t WHERE owner = auth.user_id() AND (state = 'p' OR list = auth.parameter('list'))");

            assertThat(buckets(rules, Rows.row("t", "id", "1", "owner", "u1", "state", "p", "list", "l1")))
                    .containsExactly("s|0[\"u1\"]", "s|1[\"l1\",\"u1\"]");
        }
    }

    @Nested
    class ConditionsOnTheRowAlone {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "NOT (archived AND owner IS NULL)",
                    "archived = 0 OR owner = 'u1'",
                    "NOT (archived = 1 AND (owner IS NULL OR owner = 'x'))"
                })
        void needOneBucket(String where) {
            assertThat(buckets(
                            rules("SELECT * FROM t WHERE " + where),
                            Rows.row("t", "id", "1", "archived", 0, "owner", "u1")))
                    .containsExactly("s|0[]");
        }

        @Test
        void stayApartBehindOneOnTheClient() {
            assertThat(buckets(
                            rules("SELECT * FROM t WHERE owner = auth.user_id() OR archived = 0 OR owner = 'u1'"),
                            Rows.row("t", "id", "1", "archived", 0, "owner", "u1")))
                    .containsExactlyInAnyOrder("s|0[\"u1\"]", "s|1[]", "s|2[]");
        }

        @Test
        void mayBeNegatedBesideOnesOnTheClient() {
            SyncRules rules = rules("SELECT * FROM t WHERE NOT (auth.parameter('b') = true OR archived)");

            assertThat(buckets(rules, Rows.row("t", "id", "1", "archived", 0))).containsExactly("s|0[]");
            assertThat(names(client(rules, "{\"b\":true}"))).isEmpty();
        }
    }
}
