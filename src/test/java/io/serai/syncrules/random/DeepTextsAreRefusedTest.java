package io.serai.syncrules.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.JsonText;
import io.serai.syncrules.ParsedConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand levels, wherever there may be one, exhaust neither the stack nor the time. */
class DeepTextsAreRefusedTest {
    private static final int LEVELS = 10_000;

    private final BoundedReading reading = new BoundedReading();

    @AfterEach
    void close() {
        reading.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ?",
                "SELECT id, ? AS x FROM t",
                "SELECT id FROM t WHERE ?",
                "SELECT id FROM t WHERE a = ?",
                "SELECT id FROM t WHERE ? = auth.user_id()",
                "SELECT id FROM t WHERE a AND NOT ? OR b",
                "SELECT id FROM t WHERE a IN ?",
                "SELECT id FROM t WHERE ? IN auth.parameter('x')",
                "SELECT id FROM t WHERE a NOT IN ARRAY[1, ?]",
                "SELECT id FROM t WHERE a IN ROW(?)",
                "SELECT id FROM t WHERE a && ?",
                "SELECT id FROM t WHERE ? BETWEEN 1 AND 2",
                "SELECT id FROM t WHERE a BETWEEN ? AND 2",
                "SELECT id FROM t WHERE a NOT BETWEEN 1 AND ?",
                "SELECT id FROM t WHERE ? IS NULL",
                "SELECT id FROM t WHERE a LIKE ?",
                "SELECT id FROM t WHERE +?",
                "SELECT id FROM t WHERE a + ?",
                "SELECT id FROM t WHERE a || ?",
                "SELECT id FROM t WHERE a[?]",
                "SELECT id FROM t WHERE a = ANY(?)",
                "SELECT id FROM t WHERE EXISTS (?)",
                "SELECT id FROM t WHERE a = ARRAY(?)",
                "SELECT id FROM t WHERE ?::text = 'a'",
                "SELECT id FROM t WHERE CAST(? AS text)",
                "SELECT id FROM t WHERE a::varchar(?)",
                "SELECT id FROM t WHERE ? ->> 'a'",
                "SELECT id FROM t WHERE upper(?)",
                "SELECT id FROM t WHERE iif(a, ?, b)",
                "SELECT id FROM t WHERE substring(a from ? for 2)",
                "SELECT id FROM t WHERE auth.parameter(?)",
                "SELECT id FROM t WHERE count(a) OVER (?)",
                "SELECT id FROM t WHERE CASE ? WHEN 1 THEN 2 END",
                "SELECT id FROM t WHERE CASE WHEN ? THEN 2 END",
                "SELECT id FROM t WHERE CASE WHEN 1 THEN ? END",
                "SELECT id FROM t WHERE CASE WHEN 1 THEN 2 ELSE ? END",
                "SELECT id FROM t WHERE a IN (SELECT b FROM u WHERE ?)",
                "SELECT id FROM t WHERE a IN (SELECT ? FROM u)",
                "SELECT t.id FROM t JOIN u ON ?",
                "SELECT t.id FROM t LEFT JOIN u ON ?",
                "SELECT t.id FROM t, json_each(?) AS e",
                "SELECT value AS x FROM json_each(?)",
                "SELECT id FROM ?",
                "SELECT DISTINCT ON (?) id FROM t",
                "SELECT id FROM t GROUP BY ?",
                "SELECT id FROM t GROUP BY a HAVING ?",
                "SELECT id FROM t ORDER BY ?",
                "SELECT id FROM t LIMIT ?",
                "SELECT id FROM t OFFSET ?",
                "SELECT id FROM t FOR UPDATE ?",
            })
    void parenthesesWhereAnExpressionStands(String query) {
        String nested = "(".repeat(LEVELS) + "1" + ")".repeat(LEVELS);

        readEverywhere(query.replace("?", nested));
        readEverywhere(query.replace("?", "(".repeat(LEVELS)));
        readEverywhere(query.replace("?", ")".repeat(LEVELS)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NOT ",
                "+",
                "- ",
                "a = ",
                "a OR ",
                "a AND ",
                "a = 1 OR b = 2 AND ",
                "a || ",
                "a * ",
                "a AND NOT ",
                "(a OR b) AND ",
                "upper(",
                "iif(a, b, ",
                "CASE WHEN a THEN ",
                "CASE ",
                "CAST(",
                "ARRAY[",
                "ROW(",
                "a[",
                "a IN ",
                "a BETWEEN 1 AND ",
                "a IN (SELECT b FROM u WHERE ",
                "(SELECT b FROM ",
                "EXISTS (",
                "ANY (",
                "ARRAY(",
                "a IN auth.parameter('x') AND ",
                "a = auth.user_id() OR ",
                "substring(a from ",
                "json_each(",
                "interval ",
                "a.",
                "/*",
                "'",
            })
    void whatMayStandBeforeAnExpression(String prefix) {
        readEverywhere("SELECT id FROM t WHERE " + prefix.repeat(LEVELS) + "1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " -> 'a'",
                " ->> 0",
                "::text",
                "[1]",
                " IS NULL",
                " ISNULL",
                " IS TRUE",
                " = 1",
                " || 'a'",
                " OR a",
                " AND a",
                " IN b",
                " NOT IN b",
                " NOT BETWEEN 1 AND 2",
                " LIKE 'a'",
                " OR a = auth.user_id()",
                " AND a = auth.user_id()",
                " IN auth.parameter('x')",
                " OR a IN (SELECT b FROM u)",
                " && b",
                " OVER ()",
                ")",
                ";",
                ", t",
                " JOIN t AS x ON 1",
                " ORDER BY 1",
                " LIMIT 1",
                " FOR UPDATE",
            })
    void whatMayStandBehindAnExpression(String suffix) {
        readEverywhere("SELECT id FROM t WHERE a" + suffix.repeat(LEVELS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[", "{", "{a: ", "- ", "? ", "a: [", "!x ", "&a ", "|\n ", "\"", "[[]", "- - a: ", "#", "---\n", "*"
            })
    void levelsOfYaml(String opening) {
        reading.config(opening.repeat(LEVELS));
        reading.config("bucket_definitions:\n  a:\n    data: " + opening.repeat(LEVELS));
        reading.config("streams: " + opening.repeat(LEVELS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bucket_definitions: ", "config: {edition: 3}\nstreams: "})
    void nodesThatHoldThemselvesManyTimes(String key) {
        StringBuilder lists = new StringBuilder("&n0 [a, b]");
        for (int i = 1; i <= 40; i++) {
            lists.append(", &n")
                    .append(i)
                    .append(" [*n")
                    .append(i - 1)
                    .append(", *n")
                    .append(i - 1)
                    .append(']');
        }

        ParsedConfig parsed = reading.config(key + "{x: {data: [" + lists + "]}}");

        assertThat(parsed.rules()).isEmpty();
    }

    private void readEverywhere(String query) {
        String quoted = JsonText.quoted(query);
        reading.query(query);
        reading.config("bucket_definitions: {a: {data: [" + quoted + "]}}");
        reading.config(
                "bucket_definitions: {a: {parameters: " + quoted + ", data: [SELECT * FROM t WHERE id = bucket.id]}}");
        reading.config("config: {edition: 2}\nstreams: {a: {query: " + quoted + "}}");
        reading.config("config: {edition: 3}\nstreams: {a: {query: " + quoted + "}}");
        reading.config(
                "config: {edition: 3}\nwith: {c: " + quoted + "}\nstreams: {a: {query: SELECT * FROM t WHERE a IN c}}");
        reading.config("bucket_definitions: {}\nevent_definitions: {e: {payloads: [" + quoted + "]}}");
    }
}
