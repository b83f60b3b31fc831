package io.serai.syncrules.cases;

import io.serai.change.Json;
import java.util.List;

/**
 * What came of a case with an expectation. Immutable.
 *
 * @param id the case's id, or its place in the file when it has none
 * @param details one line each: what differs, or why the case was not run; else none
 */
public record CaseOutcome(String id, Verdict verdict, List<String> details) {
    /** How a case came out. */
    public enum Verdict {
        /** All is as expected. */
        SAME,
        /** Something differs. */
        DIFFERS,
        /** Its quirks say that it does not count. */
        SKIPPED,
        /** Its category or source is not known here. */
        UNSUPPORTED,
        /** It is not a case, or it cannot be run. */
        BROKEN
    }

    /** Copies the list. */
    public CaseOutcome {
        details = List.copyOf(details);
    }

    /** Whether somebody has to look at it. */
    public boolean isFault() {
        return verdict != Verdict.SAME && verdict != Verdict.SKIPPED;
    }

    /** Runs a case and compares; a broken one is an outcome, never an exception. */
    public static CaseOutcome of(Json.Object testCase, int number, CaseRunner runner) {
        String id = testCase.get("id") instanceof Json.Text text ? text.value() : "case " + number;
        try {
            CaseMembers.object(testCase, "expected");
            Json.Object actual = runner.run(testCase);
            if (actual.get("unsupported") != null) {
                return new CaseOutcome(id, Verdict.UNSUPPORTED, List.of("its category or source is not supported"));
            }
            return CaseGrader.differences(testCase, actual)
                    .map(found -> new CaseOutcome(id, found.isEmpty() ? Verdict.SAME : Verdict.DIFFERS, found))
                    .orElseGet(() -> new CaseOutcome(id, Verdict.SKIPPED, List.of()));
        } catch (IllegalArgumentException e) {
            return new CaseOutcome(id, Verdict.BROKEN, List.of(CaseLines.message(e)));
        }
    }
}
