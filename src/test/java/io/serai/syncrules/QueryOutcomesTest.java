package io.serai.syncrules;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Row;
import io.serai.change.Value;
import io.serai.syncrules.QueryOutcome.Failed;
import io.serai.syncrules.QueryOutcome.Lookups;
import io.serai.syncrules.QueryOutcome.Missed;
import io.serai.syncrules.QueryOutcome.Places;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class QueryOutcomesTest {
    @Nested
    class BucketDefinitions {
        private final SyncRules rules = Rows.rules("""
                bucket_definitions:
                  mine:
                    parameters: SELECT id AS u FROM users WHERE users.name = request.user_id() AND users.active
                    data:
                      - SELECT id, title FROM todos WHERE owner = bucket.u AND archived = 0
                      - SELECT id, json_extract(title, '$.a') AS a FROM todos WHERE owner = bucket.u
                """);

        @Test
        void tellThePlacesThatARowGets() {
            assertThat(first(Rows.row("todos", "id", "1", "owner", "ann", "archived", 0, "title", "{}")))
                    .isInstanceOfSatisfying(
                            Places.class,
                            places -> assertThat(places.rows())
                                    .extracting(row -> row.bucket().name())
                                    .containsExactly("mine[\"ann\"]"));
        }

        @Test
        void tellTheFilterFromTheParameter() {
            assertThat(first(Rows.row("todos", "id", "1", "owner", "ann", "archived", 1, "title", "{}")))
                    .isEqualTo(Missed.FILTERED);
            assertThat(first(Rows.row("todos", "id", "1", "owner", Value.NULL, "archived", 0, "title", "{}")))
                    .isEqualTo(Missed.NO_PARAMETER);
        }

        @Test
        void tellTheQueryThatFailed() {
            List<QueryOutcome> outcomes =
                    outcomes(rules, Rows.row("todos", "id", "1", "owner", "ann", "archived", 0, "title", "no JSON"));

            assertThat(outcomes.get(0).result()).isInstanceOf(Places.class);
            assertThat(outcomes.get(1).query()).contains("mine", "2");
            assertThat(outcomes.get(1).result()).isInstanceOf(Failed.class);
        }

        @Test
        void tellTheEntriesOfParameterQueries() {
            assertThat(first(Rows.row("users", "id", "1", "name", "ann", "active", 1)))
                    .isInstanceOf(Lookups.class);
            assertThat(first(Rows.row("users", "id", "1", "name", "ann", "active", 0)))
                    .isEqualTo(Missed.FILTERED);
            assertThat(first(Rows.row("users", "id", "1", "name", Value.NULL, "active", 1)))
                    .isEqualTo(Missed.NO_PARAMETER);
        }

        private QueryOutcome.Result first(Row row) {
            return outcomes(rules, row).getFirst().result();
        }
    }

    @Nested
    class Streams {
        private final SyncRules rules = Rows.rules("""
                config: {edition: 3}
                streams:
                  shared:
                    auto_subscribe: true
                    query: SELECT id FROM todos WHERE auth.user_id() IN readers AND archived = 0
                """);

        @Test
        void tellWhichKindOfConditionIsNotMet() {
            assertThat(result("[\"ann\"]", 0)).isInstanceOf(Places.class);
            assertThat(result("[\"ann\"]", 1)).isEqualTo(Missed.FILTERED);
            assertThat(result("[null]", 0)).isEqualTo(Missed.NO_PARAMETER);
            assertThat(result("[]", 0)).isEqualTo(Missed.NO_ELEMENT);
        }

        @Test
        void tellThatAnIndexedValueIsMissing() {
            SyncRules listed = Rows.rules("""
                    config: {edition: 3}
                    streams:
                      mine:
                        query: SELECT id FROM todos WHERE list IN (SELECT id FROM lists WHERE owner = auth.user_id())
                    """);

            assertThat(outcomes(listed, Rows.row("lists", "id", Value.NULL, "owner", "ann")))
                    .extracting(QueryOutcome::result)
                    .containsExactly(Missed.NO_VALUE);
        }

        private QueryOutcome.Result result(String readers, int archived) {
            return outcomes(rules, Rows.row("todos", "id", "1", "readers", readers, "archived", archived))
                    .getFirst()
                    .result();
        }
    }

    private static List<QueryOutcome> outcomes(SyncRules rules, Row row) {
        return rules.explainer(SyncRules.DEFAULT_TAG, row.relation().table(), "public")
                .explain(row);
    }
}
