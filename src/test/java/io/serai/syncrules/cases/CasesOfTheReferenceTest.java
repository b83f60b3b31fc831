package io.serai.syncrules.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers only go up. What differs, and why, is in docs/compatibility.md. */
class CasesOfTheReferenceTest {
    @ParameterizedTest(name = "{0}: at least {1}")
    @CsvSource({
        "functions, 385",
        "row-eval, 166",
        "param, 202",
        "errors, 182",
        "end-to-end, 24",
        "op-format, 17",
    })
    void comeOutAsTheReferenceSays(String category, int least) {
        CaseRunner runner = new CaseRunner(Map.of());
        List<String> differing = new ArrayList<>();
        int same = 0;
        for (Json.Object testCase : SharedCases.all()) {
            if (!new Json.Text(category).equals(testCase.get("category"))) {
                continue;
            }
            CaseOutcome outcome = CaseOutcome.of(testCase, 0, runner);
            if (outcome.verdict() == CaseOutcome.Verdict.SAME) {
                same++;
            } else if (outcome.isFault()) {
                differing.add(outcome.id());
            }
        }

        assertThat(same).as("differing: %s", differing).isGreaterThanOrEqualTo(least);
    }
}
