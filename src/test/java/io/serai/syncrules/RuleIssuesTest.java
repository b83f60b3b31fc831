package io.serai.syncrules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleIssuesTest {
    private static String data(String query) {
        return "bucket_definitions:\n  b:\n    data:\n      - " + query + "\n";
    }

    private static String stream(String query) {
        return "config: {edition: 3}\nstreams:\n  s:\n    query: " + query + "\n";
    }

    private static RuleIssue onlyError(String yaml) {
        List<RuleIssue> errors = SyncRules.parse(yaml).issues().stream()
                .filter(issue -> issue.level() == RuleIssue.Level.ERROR)
                .toList();
        assertThat(errors).hasSize(1);
        return errors.getFirst();
    }

    private static String marked(String yaml, RuleIssue issue) {
        return yaml.substring(issue.start(), issue.end());
    }

    @Nested
    class Places {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "SELECT id, nope(x) AS y FROM a",
                    "'SELECT id, ''q'' AS q, nope(x) AS y FROM a'",
                    "\"SELECT id, \\\"Q\\\", '\\u00e4' AS u, nope(x) AS y FROM a\"",
                    "|\n        SELECT id,\n          nope(x) AS y\n        FROM a",
                    ">\n        SELECT id,\n\n        nope(x) AS y\n        FROM a",
                    ">-\n\n        SELECT id, nope(x) AS y FROM a",
                    "SELECT id,\n          nope(x) AS y\n          FROM a",
                    "\"SELECT id, \\\n         nope(x) AS y FROM a\"",
                    "|2\n          SELECT id, nope(x) AS y FROM a",
                })
        void pointIntoScalarsOfEachStyle(String query) {
            String yaml = "# 😀\n" + data(query);

            assertThat(marked(yaml, onlyError(yaml))).isEqualTo("nope(x)");
        }

        @Test
        void haveLineAndColumn() {
            RuleIssue issue = onlyError(data("|\n        SELECT id,\n          nope(x) AS y\n        FROM a"));

            assertThat(List.of(issue.line(), issue.column())).containsExactly(6, 11);
        }
    }

    @Nested
    class Messages {
        @Test
        void nameTheNearestKnownKey() {
            assertThat(onlyError("bucket_definitions:\n  b:\n    data: []\n    prioritty: 1\n")
                            .message())
                    .isEqualTo("The key \"prioritty\" is not known here; did you mean \"priority\"?");
        }

        @Test
        void nameTheNearestFunction() {
            assertThat(onlyError(data("SELECT id, lenght(x) AS y FROM a")).message())
                    .isEqualTo("There is no function lenght; did you mean \"length\"?");
        }

        @Test
        void sayThatReservedWordsNeedQuotes() {
            assertThat(onlyError(data("SELECT * FROM a WHERE user = 1")).message())
                    .contains("the keyword USER", "only in double quotes");
        }
    }

    @Nested
    class Warnings {
        private static List<String> marked(String yaml, String code) {
            return SyncRules.parse(yaml).issues().stream()
                    .filter(issue -> issue.code().equals(code))
                    .map(issue -> RuleIssuesTest.marked(yaml, issue))
                    .toList();
        }

        @Test
        void ofUpperCaseMeanNames() {
            String query = "SELECT Id AS id, UPPER(CAST(A.Name AS TEXT)) AS nameUpper, \"Quoted\" AS q"
                    + " FROM Assets AS A WHERE n BETWEEN 1 AND 2 GROUP BY id";

            assertThat(marked(data("'" + query + "'"), "sql.identifier-case"))
                    .containsExactly("Id", "A", "Name", "nameUpper", "Assets", "A");
        }

        @ParameterizedTest
        @CsvSource(
                quoteCharacter = '`',
                value = {
                    "x = subscription.parameter('p'), true, 1",
                    "y IN (SELECT id FROM b WHERE u = subscription.parameter('p')), true, 1",
                    "x IN subscription.parameters() -> 'p' OR x = subscription.parameter('q'), true, 1",
                    "x = auth.parameter('p'), true, 0",
                    "x = subscription.parameter('p'), false, 0",
                })
        void saySubscriptionsByDefaultHaveNoParameters(String where, boolean autoSubscribe, int warnings) {
            String yaml = "config: {edition: 2}\nstreams:\n  s:\n    auto_subscribe: " + autoSubscribe
                    + "\n    query: SELECT * FROM a WHERE " + where + "\n";

            assertThat(marked(yaml, "streams.auto-subscribe-with-params"))
                    .hasSize(warnings)
                    .allMatch(text -> text.equals("SELECT * FROM a WHERE " + where));
        }

        @ParameterizedTest
        @CsvSource(
                quoteCharacter = '`',
                value = {
                    "request.user_id() = 'a' OR request.parameters() ->> 'p' = 'b', 1",
                    "NOT (request.user_id() = 'a' OR request.parameters() ->> 'p' = 'b'), 1",
                    "request.user_id() = 'a' AND request.parameters() ->> 'p' = 'b', 0",
                    "(request.user_id() = 'a' OR request.jwt() ->> 'p' = 'b') AND id = request.parameters() ->> 'q', 0",
                })
        void takeAnOrForTrustedWhereBothSidesAre(String where, int warnings) {
            String yaml = """
                    bucket_definitions:
                      b:
                        parameters: SELECT id AS x FROM users WHERE %s
                        data: [SELECT * FROM t WHERE x = bucket.x]
                    """.formatted(where);

            assertThat(marked(yaml, "security.unauthenticated-parameter")).hasSize(warnings);
        }
    }

    @Test
    void areAllReportedTogether() {
        String yaml = """
                config: {edition: 3, editoin: 2}
                streams:
                  a:
                    query: SELECT nope(x) AS y, id FROM t
                  b:
                    queries:
                      - SELECT * FROM t WHERE
                      - SELECT * FROM t LIMIT 5
                    autosubscribe: true
                """;

        assertThat(SyncRules.parse(yaml).issues())
                .extracting(RuleIssue::code)
                .containsExactly(
                        "yaml.unknown-key",
                        "sql.unknown-function",
                        "sql.syntax",
                        "sql.unsupported-clause",
                        "yaml.unknown-key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM a WHERE x > auth.user_id()",
                "SELECT * FROM a WHERE NOT x = auth.user_id()",
                "SELECT * FROM a WHERE x || auth.user_id() = 'y'",
                "SELECT * FROM a, b WHERE a.x = b.y",
                "SELECT a.* FROM a LEFT JOIN b ON a.x = b.y",
                "SELECT a.id, b.y FROM a, b WHERE a.x = b.y",
                "SELECT auth.user_id() AS u FROM a",
                "SELECT x.* FROM (SELECT a.id AS id, auth.user_id() AS u FROM a) x",
                "SELECT x.* FROM (SELECT a.id AS id, t.value AS tag FROM a, json_each(a.tags) t) x",
                "SELECT * FROM (SELECT a.id AS id, b.y AS y FROM a, b WHERE a.x = b.x) x",
                "SELECT * FROM a WHERE x = (SELECT y FROM b)",
                "SELECT * FROM a WHERE EXISTS (SELECT y FROM b)",
                "SELECT * FROM a WHERE x LIKE 'y%'",
                "SELECT * FROM a WHERE x % 2 = 1",
                "SELECT * FROM a WHERE x IN (1, 2)",
                "SELECT * FROM a WHERE x = ANY(y)",
                "SELECT * FROM a GROUP BY x",
                "SELECT * FROM a UNION SELECT * FROM b",
                "SELECT a.* FROM a, json_tree(a.x) j WHERE j.value = 1",
                "SELECT x::int AS x FROM a",
                "SELECT id, 1e3 AS x FROM a",
            })
    void refuseWhatIsNotSupported(String query) {
        assertThat(SyncRules.parse(stream("\"" + query + "\"")).rules()).isEmpty();
    }

    @Nested
    class ABucketParameter {
        @ParameterizedTest
        @ValueSource(strings = {"x = bucket.x AND bucket.x", "x = bucket.x AND NOT bucket.x", "bucket.x"})
        void isNoCondition(String where) {
            RuleIssue error = onlyError("""
                    bucket_definitions:
                      b:
                        parameters: SELECT request.user_id() AS x
                        data: [SELECT * FROM t WHERE %s]
                    """.formatted(where));

            assertThat(error.code()).isEqualTo("legacy.bucket-param-in-expression");
        }

        @Test
        void isAlsoThePriorityOfAQueryOverJsonEach() {
            RuleIssue error = onlyError("""
                    bucket_definitions:
                      b:
                        parameters: SELECT value AS x, 1 AS _priority FROM json_each(request.jwt() -> 'ids')
                        data: [SELECT * FROM t WHERE x = bucket.x]
                    """);

            assertThat(error.message()).contains("_priority");
        }
    }

    @Nested
    class TheConditionOfAnEventsPayload {
        private static String event(String where) {
            return data("SELECT * FROM a") + "event_definitions: {e: {payloads: [SELECT id FROM a WHERE " + where
                    + "]}}\n";
        }

        @Test
        void isIgnored() {
            assertThat(SyncRules.parse(event("nope(x) = request.user_id()")).rules())
                    .isPresent();
        }

        @Test
        void isStillSql() {
            assertThat(onlyError(event("x =")).code()).isEqualTo("sql.syntax");
        }
    }

    @Nested
    class AnEscapeThatIsNone {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\\x",
                    "\\u",
                    "\\U",
                    "\\u00",
                    "\\q",
                    "\\",
                    "\\UFFFFFFFF\"",
                    "\\U00110000\"",
                    "\\x-1\"",
                    "\\x4"
                })
        void isNotYaml(String escape) {
            assertThat(onlyError(data("\"SELECT " + escape).stripTrailing()).code())
                    .isEqualTo("yaml.syntax");
        }
    }

    @Nested
    class ACharacterOfTwoUnits {
        @Test
        void mayStandAnywhere() {
            String rest = "😀\n" + data("SELECT id FROM a");

            for (int before = 0; before < 5_000; before++) {
                String yaml = "#" + ".".repeat(before) + rest;
                assertThat(SyncRules.parse(yaml).rules())
                        .as("%d units before it", before)
                        .isPresent();
            }
        }

        @Test
        void isNotYamlWhenTheTextCutsItOff() {
            assertThat(onlyError(data("SELECT id FROM a") + "# \ud83d").code()).isEqualTo("yaml.syntax");
        }
    }

    @Nested
    class InputsThatExhaust {
        @Test
        void deepNestingIsAnError() {
            String deep = "(".repeat(10_000) + "x" + ")".repeat(10_000);

            assertThat(SyncRules.parse(data("SELECT * FROM a WHERE " + deep)).rules())
                    .isEmpty();
            assertThat(SyncRules.parse(data("SELECT * FROM a WHERE " + "NOT ".repeat(10_000) + "x"))
                            .rules())
                    .isEmpty();
            assertThat(SyncRules.parse("[".repeat(10_000)).rules()).isEmpty();
        }

        @Test
        void longChainsOfTermsAreNot() {
            String chain = "x = 1" + " OR x = 2".repeat(5_000);

            assertThat(SyncRules.parse(data("SELECT * FROM a WHERE " + chain)).rules())
                    .isPresent();
            assertThat(SyncRules.parse(stream("SELECT * FROM a WHERE " + chain)).rules())
                    .isPresent();
        }

        @Test
        void tooManyVariantsAreAnError() {
            String or = "(x = auth.user_id() OR y = auth.parameter('p'))";

            assertThat(onlyError(stream("SELECT * FROM a WHERE " + (or + " AND ").repeat(9) + or))
                            .code())
                    .isEqualTo("streams.too-complex");
        }
    }

    @Test
    void noTextMakesTheParsersThrow() {
        long seed = 7_351;
        Random random = new Random(seed);
        String[] pieces = {
            "SELECT",
            " ",
            "*",
            "FROM",
            "a",
            "WHERE",
            "x",
            "=",
            "(",
            ")",
            "'",
            "\"",
            ",",
            "IN",
            "NOT",
            "auth.user_id()",
            "->>",
            "1",
            ".",
            "\n",
            ":",
            "- ",
            "[",
            "]",
            "{",
            "}",
            "data",
            "streams",
            "config",
            "|",
            ">",
            "&a",
            "*a",
            "!t",
            "#",
            "\\",
            "\t",
            "😀",
            "bucket_definitions:\n  b:\n    data:\n      - ",
            "json_each(",
            "CASE",
            "WHEN",
            "END",
            "AND",
            "OR",
            "BETWEEN",
            "::text",
            "&&"
        };

        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = random.nextInt(25); k >= 0; k--) {
                text.append(pieces[random.nextInt(pieces.length)]).append(random.nextBoolean() ? " " : "");
            }
            String sql = text.toString();
            assertThat(SyncRules.parse(sql)).as("seed %d", seed).isNotNull();
            assertThat(SyncRules.parse(stream("|\n      SELECT * FROM a WHERE " + sql.replace('\n', ' '))))
                    .as("seed %d", seed)
                    .isNotNull();
        }
    }
}
