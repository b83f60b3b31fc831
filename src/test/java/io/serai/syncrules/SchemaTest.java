package io.serai.syncrules;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.TableRef;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SchemaTest {
    private static final Map<TableRef, Set<String>> TABLES = Map.of(
            new TableRef("public", "lists"), Set.of("id", "owner_id"),
            new TableRef("public", "todos_2026"), Set.of("id", "list_id"));

    private static List<String> warnings(String yaml) {
        return Rows.rules(yaml).compare("default", "public", TABLES).stream()
                .map(issue -> yaml.substring(issue.start(), issue.end()) + ": " + issue.message())
                .toList();
    }

    @Test
    void namesThatTheDatabaseHasAreSilent() {
        assertThat(warnings("""
                config: {edition: 3}
                streams:
                  a: {query: SELECT * FROM lists WHERE owner_id = auth.user_id()}
                  b: {query: 'SELECT t.id, t.list_id FROM "todos_%" t WHERE t.list_id IN (SELECT id FROM lists)'}
                """)).isEmpty();
    }

    @Test
    void unknownNamesAreWarnings() {
        assertThat(warnings("""
                bucket_definitions:
                  a:
                    parameters: SELECT ownr_id AS o FROM lists WHERE id = request.user_id()
                    data:
                      - SELECT * FROM list WHERE owner_id = bucket.o
                """))
                .containsExactly(
                        "ownr_id: There is no column \"ownr_id\" in table \"lists\"; did you mean \"owner_id\"?",
                        "list: There is no table \"list\" in the database; did you mean \"lists\"?");
    }

    @Test
    void tagsThatNoConnectionHasAreWarnings() {
        String yaml = """
                bucket_definitions:
                  a:
                    data:
                      - SELECT * FROM lists
                      - SELECT * FROM "warehose.public".lists
                """;

        List<RuleIssue> issues = Rows.rules(yaml).compare(Set.of("default", "warehouse"));

        assertThat(issues).singleElement().satisfies(issue -> {
            assertThat(issue.code()).isEqualTo("schema.connection-not-found");
            assertThat(issue.message())
                    .isEqualTo("No connection has the tag \"warehose\"; did you mean \"warehouse\"?");
            assertThat(issue.line()).isEqualTo(5);
        });
    }
}
