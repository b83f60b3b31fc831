package io.serai.syncrules.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers only go up. What differs, and why, is in docs/compatibility.md. */
class CasesOfTheReferenceTest {
    @ParameterizedTest(name = "{0}: at least {1}")
    @CsvSource({
        "functions, 385",
        "row-eval, 163",
        "param, 202",
        "errors, 182",
        "end-to-end, 24",
        "op-format, 17",
    })
    void comeOutAsTheReferenceSays(String category, int least) {
        CaseRunner runner = new CaseRunner();
        List<String> differing = new ArrayList<>();
        int same = 0;
        for (Json.Object testCase : SharedCases.all()) {
            if (!new Json.Text(category).equals(testCase.get("category"))) {
                continue;
            }
            Optional<Boolean> grade = CaseGrader.grade(testCase, (Json.Object) runner.run(testCase));
            if (grade.isPresent() && grade.get()) {
                same++;
            } else if (grade.isPresent()) {
                differing.add(String.valueOf(testCase.get("id")));
            }
        }

        assertThat(same).as("differing: %s", differing).isGreaterThanOrEqualTo(least);
    }
}
