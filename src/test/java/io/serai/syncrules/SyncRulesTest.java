package io.serai.syncrules;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.DefinitionId;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.Lookup;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncRulesTest {
    @Nested
    class ARowThatSeveralDefinitionsWant {
        private final SyncRules rules = Rows.rules("""
                bucket_definitions:
                  mine:
                    parameters: SELECT request.user_id() AS u
                    data: [SELECT * FROM lists WHERE owner = bucket.u]
                  all:
                    data: [SELECT * FROM lists]
                  names:
                    data: ["SELECT id, name FROM lists"]
                """);

        @Test
        void isInTheBucketsOfAll() {
            EvaluatedRow evaluated = Rows.evaluate(rules, Rows.row("lists", "id", "l1", "owner", "u1", "name", "x"));

            assertThat(Rows.places(evaluated))
                    .containsExactly(
                            "mine[\"u1\"] lists l1 {\"id\":\"l1\",\"owner\":\"u1\",\"name\":\"x\"}",
                            "all[] lists l1 {\"id\":\"l1\",\"owner\":\"u1\",\"name\":\"x\"}",
                            "names[] lists l1 {\"id\":\"l1\",\"name\":\"x\"}");
        }

        @Test
        void isWrittenOnceForEqualOutputs() {
            EvaluatedRow evaluated = Rows.evaluate(rules, Rows.row("lists", "id", "l1", "owner", "u1", "name", "x"));

            assertThat(evaluated.bucketRows().get(0).row())
                    .isSameAs(evaluated.bucketRows().get(1).row())
                    .isNotSameAs(evaluated.bucketRows().get(2).row());
        }
    }

    @Nested
    class AStreamWithAlternatives {
        @Test
        void numbersThemAsTheyAreWrittenASubqueryLikeAnEquality() {
            SyncRules rules = Rows.rules("""
                    config: {edition: 3}
                    streams:
                      s:
                        query: >-
                          SELECT id FROM lists WHERE hidden IS NULL AND (owner = auth.user_id() OR shared = auth.user_id()
                          OR id IN (SELECT list FROM shares WHERE member = auth.user_id()))
                    """);

            EvaluatedRow evaluated = Rows.evaluate(
                    rules, Rows.row("lists", "id", "l1", "hidden", Value.NULL, "owner", "a", "shared", "b"));

            assertThat(evaluated.bucketRows())
                    .extracting(row -> row.bucket().name())
                    .containsExactlyInAnyOrder("s|0[\"a\"]", "s|0[\"b\"]", "s|2[\"l1\"]");
        }
    }

    @Nested
    class AnArrayOfARow {
        @Test
        void isReadByAStreamAsTheClientsArraysAre() {
            SyncRules rules = Rows.rules(
                    "config: {edition: 3}\nstreams: {s: {query: SELECT id FROM t WHERE auth.user_id() IN shared}}");

            EvaluatedRow evaluated = Rows.evaluate(rules, Rows.row("t", "id", "1", "shared", "[9007199254740993, 5]"));

            assertThat(evaluated.bucketRows())
                    .extracting(row -> row.bucket().name())
                    .containsExactly("s|0[9007199254740992]", "s|0[5]");
        }
    }

    @Nested
    class ATableWithATag {
        private static final TableRef LISTS = new TableRef("public", "lists");
        private static final String STREAM =
                "config: {edition: 3}\nstreams: {s: {query: 'SELECT * FROM \"shop.public\".lists'}}";

        @Test
        void isThatOfTheConnectionWithTheTag() {
            SyncRules rules = Rows.rules(STREAM);

            assertThat(rules.table("shop", LISTS, "public").isEmpty()).isFalse();
            assertThat(rules.table("default", LISTS, "public").isEmpty()).isTrue();
        }

        @Test
        void isInAStreamThatOfAConnectionWithoutOneWhenNoneHasTheTag() {
            SyncRules rules = SyncRules.parse(STREAM, Set.of("default")).rules().orElseThrow();

            assertThat(rules.table("default", LISTS, "public").isEmpty()).isFalse();
        }

        @Test
        void isInABucketDefinitionNoOther() {
            String definition = "bucket_definitions: {b: {data: ['SELECT * FROM \"shop.public\".lists']}}";
            SyncRules rules =
                    SyncRules.parse(definition, Set.of("default")).rules().orElseThrow();

            assertThat(rules.table("default", LISTS, "public").isEmpty()).isTrue();
        }
    }

    @Nested
    class ARowThatOneBucketGetsTwice {
        @Test
        void isThereAsTheLastQueryMakesIt() {
            SyncRules rules = Rows.rules("""
                    bucket_definitions:
                      b:
                        data:
                          - SELECT * FROM lists
                          - SELECT id FROM lists WHERE archived = 0
                    """);

            assertThat(Rows.places(Rows.evaluate(rules, Rows.row("lists", "id", "l1", "archived", 0))))
                    .containsExactly("b[] lists l1 {\"id\":\"l1\"}");
        }
    }

    @Nested
    class AQueryThatFailsForARow {
        private final SyncRules rules = Rows.rules("""
                bucket_definitions:
                  b:
                    data:
                      - SELECT id, tags ->> 'a' AS a FROM lists
                      - SELECT id FROM lists AS ids
                """);
        private final Row row = Rows.row("lists", "id", "l1", "tags", "secret, not JSON");

        @Test
        void isNamedWithoutRowData() {
            List<String> failures = new ArrayList<>();

            rules.table("default", new TableRef("public", "lists"), "public")
                    .evaluate(row, (query, reason) -> failures.add(query + ": " + reason));

            assertThat(failures)
                    .singleElement()
                    .asString()
                    .startsWith("b, data query 1: ")
                    .doesNotContain("secret");
        }

        @Test
        void leavesTheOtherQueriesAlone() {
            EvaluatedRow evaluated = rules.table("default", new TableRef("public", "lists"), "public")
                    .evaluate(row, (query, reason) -> {});

            assertThat(Rows.places(evaluated)).containsExactly("b[] ids l1 {\"id\":\"l1\"}");
        }
    }

    @Nested
    class AColumnThatTheRowLacks {
        @Test
        void isLeftOutWhereNullIsKept() {
            SyncRules rules = Rows.rules("bucket_definitions: {b: {data: [\"SELECT id, a, b FROM t\"]}}");

            assertThat(Rows.places(Rows.evaluate(rules, Rows.row("t", "id", "1", "a", Value.NULL))))
                    .containsExactly("b[] t 1 {\"id\":\"1\",\"a\":null}");
        }
    }

    @Nested
    class AParameterQueryOverATable {
        @Test
        void indexesTheRowByWhatTheClientGives() {
            SyncRules rules = Rows.rules("""
                    bucket_definitions:
                      by_org:
                        parameters: SELECT org FROM users WHERE id = request.user_id() AND active
                        data: [SELECT * FROM orgs WHERE id = bucket.org]
                    """);

            assertThat(Rows.evaluate(rules, Rows.row("users", "id", "u1", "org", 5, "active", 1))
                            .lookups())
                    .containsExactly(new Lookup(rules.definitions().iterator().next(), "1", "[\"u1\"]", "{\"org\":5}"));
            assertThat(Rows.evaluate(rules, Rows.row("users", "id", "u1", "org", 5, "active", 0))
                            .lookups())
                    .isEmpty();
        }
    }

    @Nested
    class AParameterThatTheRowLacks {
        @Test
        void isLeftOutOfTheIndexWhereNullIsKept() {
            SyncRules rules = Rows.rules("""
                    bucket_definitions:
                      b:
                        parameters: SELECT org AS x, team AS y FROM users WHERE id = request.user_id()
                        data: [SELECT * FROM t WHERE x = bucket.x AND y = bucket.y]
                    """);

            assertThat(Rows.evaluate(rules, Rows.row("users", "id", "u1", "team", Value.NULL))
                            .lookups())
                    .extracting(Lookup::values)
                    .containsExactly("{\"y\":null}");
        }
    }

    @Nested
    class ConditionsOnTheClientInAParameterQuery {
        private static List<String> keys(String where) {
            SyncRules rules = Rows.rules("""
                    bucket_definitions:
                      b:
                        parameters: SELECT id AS x FROM users WHERE %s
                        data: [SELECT * FROM t WHERE x = bucket.x]
                    """.formatted(where));
            return Rows.evaluate(rules, Rows.row("users", "id", "u1", "active", 1)).lookups().stream()
                    .map(Lookup::key)
                    .toList();
        }

        @Test
        void areOneKeyWhereTheyComeFirst() {
            assertThat(keys("request.jwt() ->> 'a' AND request.jwt() ->> 'b' AND id = request.user_id()"))
                    .containsExactly("[1,\"u1\"]");
            assertThat(keys("(request.jwt() ->> 'a' OR request.jwt() ->> 'b') AND id = request.user_id()"))
                    .containsExactly("[1,\"u1\"]");
        }

        @Test
        void areAKeyEachWhereTheyStand() {
            assertThat(keys("id = request.user_id() AND request.jwt() ->> 'a' AND request.jwt() ->> 'b'"))
                    .containsExactly("[\"u1\",1,1]");
            assertThat(keys("request.jwt() ->> 'a' AND active AND id = request.user_id()"))
                    .containsExactly("[1,\"u1\"]");
            assertThat(keys("active AND request.jwt() ->> 'a' AND request.jwt() ->> 'b'"))
                    .containsExactly("[1,1]");
        }
    }

    @Nested
    class TablesOfConnectionsWithTags {
        private final SyncRules rules = Rows.rules("""
                config: {edition: 3}
                streams:
                  here: {query: SELECT * FROM lists}
                  there: {query: 'SELECT * FROM "second.public".lists'}
                """);

        @Test
        void feedOnlyTheStreamsThatNameThem() {
            assertThat(rules.definitions("default")).map(DefinitionId::name).containsExactly("here");
            assertThat(rules.definitions("second")).map(DefinitionId::name).containsExactly("there");
            assertThat(rules.definitions("third")).isEmpty();
        }

        @Test
        void areMatchedInTheirSchema() {
            assertThat(rules.tables("default")).containsExactly(new TablePattern(Optional.empty(), "lists"));
            assertThat(rules.table("default", new TableRef("public", "lists"), "public")
                            .isEmpty())
                    .isFalse();
            assertThat(rules.table("default", new TableRef("other", "lists"), "public")
                            .isEmpty())
                    .isTrue();
            assertThat(rules.table("second", new TableRef("public", "lists"), "other")
                            .isEmpty())
                    .isFalse();
        }
    }

    @Nested
    class IdsOfDefinitions {
        private static final String ONE = """
                bucket_definitions:
                  one: {data: ["SELECT id, name FROM lists"]}
                """;
        private static final String STREAMS = """
                config: {edition: 3}
                with: {mine: SELECT id FROM lists WHERE owner = auth.user_id()}
                streams:
                  all: {query: SELECT * FROM todos}
                  my_todos:
                    query: SELECT * FROM todos WHERE list_id IN mine
                """;

        @Test
        void areThoseOfDefinitionsThatStoreTheSame() {
            String same = ONE.replace("SELECT id, name", "select  id ,name") + "  two: {data: [SELECT * FROM todos]}";

            assertThat(Rows.rules(same).definitions())
                    .containsAll(Rows.rules(ONE).definitions());
            assertThat(Rows.rules(STREAMS + "    priority: 1\n    auto_subscribe: true")
                            .definitions())
                    .isEqualTo(Rows.rules(STREAMS).definitions());
        }

        @ParameterizedTest
        @CsvSource({"'id, name', 'name, id'", "lists, todos", "one:, two:"})
        void differWithTheQueryOrTheName(String before, String after) {
            assertThat(Rows.rules(ONE.replace(before, after)).definitions())
                    .doesNotContainAnyElementsOf(Rows.rules(ONE).definitions());
        }

        @Test
        void differWithTheOptionsOfTheConfig() {
            assertThat(Rows.rules("config: {edition: 2}\n" + ONE).definitions())
                    .doesNotContainAnyElementsOf(Rows.rules(ONE).definitions());
        }

        @Test
        void differWithTheCommonTablesThatTheirQueriesName() {
            Set<String> before = Rows.rules(STREAMS).definitions();

            Set<String> after =
                    Rows.rules(STREAMS.replace("owner = ", "creator = ")).definitions();

            assertThat(after).map(DefinitionId::name).containsExactlyInAnyOrder("all", "my_todos");
            assertThat(after)
                    .filteredOn(before::contains)
                    .map(DefinitionId::name)
                    .containsExactly("all");
        }

        @Test
        void differWhenAStreamFillsBucketsThatWereAnothers() {
            String shared = "config: {edition: 3}\nstreams:\n  a: {query: SELECT * FROM lists}\n";
            String other = "  b: {queries: [SELECT * FROM lists, SELECT * FROM todos WHERE owner = auth.user_id()]}\n";

            Set<String> before = Rows.rules(shared + other).definitions();
            Set<String> after =
                    Rows.rules(shared.replace("lists", "notes") + other).definitions();

            assertThat(after).doesNotContainAnyElementsOf(before);
        }
    }

    @Nested
    class Fingerprints {
        private static final String CONFIG = """
                bucket_definitions:
                  a:
                    data: [SELECT * FROM lists]
                  b:
                    priority: 3
                    data: [SELECT id FROM lists]
                """;

        @Test
        void areEqualForConfigsThatMeanTheSame() {
            String same = """
                    # another order, and more words
                    bucket_definitions:
                      b:
                        data:
                          - |
                            select  ID  -- the id
                            from lists
                      a: {data: ["SELECT * FROM lists"], priority: 3}
                    """;

            assertThat(Rows.rules(same).fingerprint())
                    .isEqualTo(Rows.rules(CONFIG).fingerprint())
                    .hasSize(64);
        }

        @Test
        void differForConfigsThatDoNot() {
            assertThat(List.of(
                            Rows.rules(CONFIG).fingerprint(),
                            Rows.rules(CONFIG.replace("SELECT id", "SELECT \"ID\" AS id"))
                                    .fingerprint(),
                            Rows.rules(CONFIG.replace("priority: 3", "priority: 1"))
                                    .fingerprint(),
                            Rows.rules(CONFIG + "config: {edition: 2}").fingerprint()))
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void theEditionDecidesHowValuesAreDecoded() {
        String streams = "streams: {s: {query: SELECT * FROM t}}";

        assertThat(Rows.rules("bucket_definitions: {}").format()).isEqualTo(ValueFormat.LEGACY);
        assertThat(Rows.rules("config: {edition: 3}\n" + streams).format()).isEqualTo(ValueFormat.CURRENT);
        assertThat(Rows.rules("config: {edition: 3, timestamp_max_precision: milliseconds}\n" + streams)
                        .format())
                .isEqualTo(new ValueFormat(true, 3, true));
    }
}
