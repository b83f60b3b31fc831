package io.serai.syncrules;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.syncrules.RulesDifference.Definition;
import io.serai.syncrules.RulesDifference.Fate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RulesDifferenceTest {
    private static final String OLD = """
            bucket_definitions:
              kept: {data: [SELECT * FROM lists]}
              changed: {data: [SELECT id FROM todos]}
              former: {data: ["SELECT id, name FROM users"]}
              gone: {data: [SELECT * FROM sales.orders]}
            """;
    private static final String NEW = """
            bucket_definitions:
              added: {data: [SELECT * FROM notes]}
              changed: {data: ["SELECT id, title FROM todos"]}
              kept: {data: [SELECT * FROM lists], priority: 1}
              latter: {data: ["SELECT id, name FROM users"]}
            """;

    @Test
    void tellsWhatBecomesOfEachDefinition() {
        assertThat(between(OLD, NEW).definitions())
                .containsExactly(
                        definition(Fate.ADDED, null, "added"),
                        definition(Fate.CHANGED, "changed", "changed"),
                        definition(Fate.REMOVED, "gone", null),
                        definition(Fate.KEPT, "kept", "kept"),
                        definition(Fate.RENAMED, "former", "latter"));
    }

    @Test
    void tellsWhichTablesComeAndGo() {
        RulesDifference difference = between(OLD, NEW);

        assertThat(difference.addedTables()).containsExactly("notes");
        assertThat(difference.removedTables()).containsExactly("sales.orders");
    }

    @Test
    void findsNoneInASyncConfigThatMeansTheSame() {
        assertThat(between(OLD, OLD.replace("SELECT id FROM", "select  id from"))
                        .definitions())
                .allMatch(definition -> definition.fate() == Fate.KEPT)
                .hasSize(4);
    }

    private static RulesDifference between(String before, String after) {
        return RulesDifference.between(Rows.rules(before), Rows.rules(after));
    }

    private static Definition definition(Fate fate, @Nullable String before, @Nullable String after) {
        return new Definition(fate, Optional.ofNullable(before), Optional.ofNullable(after));
    }
}
