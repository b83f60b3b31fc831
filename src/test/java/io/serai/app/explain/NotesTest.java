package io.serai.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.app.explain.Explanation.InTable;
import io.serai.app.explain.Explanation.Replicated;
import io.serai.bucket.BucketName;
import io.serai.bucket.BucketRow;
import io.serai.bucket.OutputRow;
import io.serai.change.Json;
import io.serai.storage.PlacedRow;
import io.serai.syncrules.QueryOutcome;
import io.serai.syncrules.QueryOutcome.Missed;
import io.serai.syncrules.QueryOutcome.Places;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;

class NotesTest {
    private static final BucketName MINE = new BucketName("mine", "mine[\"u1\"]");
    private static final OutputRow OUTPUT = new OutputRow("todos", "a", "{}".getBytes(StandardCharsets.UTF_8));
    private static final Optional<Json.Object> IMAGE = Optional.of(new Json.Object(List.of()));
    private static final List<PlacedRow.Place> PLACED =
            List.of(new PlacedRow.Place(MINE, "todos", "a", OUTPUT.checksum()));
    private static final List<QueryOutcome> MAKES_IT =
            List.of(new QueryOutcome("q", new Places(List.of(new BucketRow(MINE, OUTPUT)))));
    private static final List<QueryOutcome> MAKES_NOTHING = List.of(new QueryOutcome("q", Missed.FILTERED));

    @Test
    void areNoneWhereBucketsAndRulesAgree() {
        assertNotes(answer(IMAGE, Optional.empty(), PLACED, MAKES_IT)).isEmpty();
        assertNotes(answer(IMAGE, Optional.empty(), List.of(), MAKES_NOTHING)).isEmpty();
    }

    @Test
    void nameTheRouteWhereBucketsAndRulesDiffer() {
        assertNotes(answer(IMAGE, Optional.empty(), List.of(), MAKES_IT))
                .singleElement()
                .asString()
                .contains("a step of the route changed or filtered it");
        assertNotes(answer(IMAGE, Optional.empty(), PLACED, MAKES_NOTHING)).hasSize(1);
    }

    @Test
    void ofADivertedRowSayThatAndNotThatBucketsAndRulesDiffer() {
        assertNotes(answer(IMAGE, Optional.of("java.lang.IllegalStateException"), List.of(), MAKES_IT))
                .singleElement()
                .asString()
                .contains("in no bucket until its next change");
    }

    @Test
    void ofARowThatIsNotStoredSayWhatToLookAt() {
        assertNotes(answer(Optional.empty(), Optional.empty(), List.of(), List.of()))
                .singleElement()
                .asString()
                .contains("Is it in the database, and committed?", "serai status");
    }

    private static ListAssert<String> assertNotes(InTable answer) {
        return assertThat(Notes.addedTo(answer).notes());
    }

    private static InTable answer(
            Optional<Json.Object> image,
            Optional<String> diverted,
            List<PlacedRow.Place> places,
            List<QueryOutcome> outcomes) {
        return new InTable(
                "default",
                "public.todos",
                new Json.Object(List.of()),
                Replicated.YES,
                true,
                false,
                diverted,
                image,
                places,
                outcomes,
                List.of());
    }
}
