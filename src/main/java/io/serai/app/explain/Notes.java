package io.serai.app.explain;

import io.serai.app.explain.Explanation.InTable;
import io.serai.app.explain.Explanation.Replicated;
import io.serai.bucket.BucketRow;
import io.serai.syncrules.QueryOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is remarkable about an answer, and what to look at. */
final class Notes {
    static final String NOT_REPLICATED =
            "The sync config reads this table, and nothing of it is stored. \"serai check\" tells whether it is there,"
                    + " published and readable, \"serai status\" whether the source runs.";

    private static final String GONE =
            "The table was dropped, renamed or left out of what is published: its rows leave their buckets.";
    private static final String NOT_SHOWN =
            "The source is being copied as a whole: until that is done, clients get only what they got of it before, if anything.";
    private static final String COPYING =
            "The copy of the table is not done, so the row may still come: ask again after \"serai status --wait 60\".";
    private static final String ABSENT =
            "No row with this key is stored. Is it in the database, and committed? Each value of the key must be the"
                    + " database's own text of it (1.0 is not 1.00). If the row is there, \"serai status\" tells whether the source lags or failed.";
    private static final String INCOMPLETE =
            "The log did not send all columns of the row's last change. It is read again by key; until then its former state stands.";
    private static final String DIVERTED =
            "The route diverted the row, or it was refused: it is in no bucket until its next change"
                    + " or \"serai retry\".";
    private static final String UNREAD = "No query of the sync config reads this table.";
    private static final String DIFFERENT =
            "The buckets are not what the rules make of the stored row: a step of the route changed or filtered it,"
                    + " or the route or the sync config was edited since it was written. Its next change goes through both as they"
                    + " are then, \"serai resync\" sends it through them now.";

    private Notes() {}

    /** The answer with its notes. */
    static InTable addedTo(InTable answer) {
        return new InTable(
                answer.source(),
                answer.table(),
                answer.key(),
                answer.replication(),
                answer.isShown(),
                answer.isIncomplete(),
                answer.diverted(),
                answer.image(),
                answer.places(),
                answer.outcomes(),
                of(answer));
    }

    private static List<String> of(InTable answer) {
        List<String> notes = new ArrayList<>();
        if (answer.replication() == Replicated.GONE) {
            notes.add(GONE);
        }
        if (answer.isIncomplete()) {
            notes.add(INCOMPLETE);
        }
        if (answer.diverted().isPresent()) {
            notes.add(DIVERTED);
        }
        if (answer.image().isEmpty()) {
            if (answer.replication() == Replicated.COPYING) {
                notes.add(COPYING);
            } else if (answer.replication() == Replicated.YES) {
                notes.add(ABSENT);
            }
        } else if (answer.outcomes().isEmpty()) {
            notes.add(UNREAD);
        }
        if (answer.image().isPresent() && answer.diverted().isEmpty() && isDifferent(answer)) {
            notes.add(DIFFERENT);
        }
        if (!answer.isShown()) {
            notes.add(NOT_SHOWN);
        }
        return notes;
    }

    private static boolean isDifferent(InTable answer) {
        Map<List<Object>, Integer> stored = new HashMap<>();
        answer.places()
                .forEach(place -> stored.put(List.of(place.bucket(), place.table(), place.id()), place.checksum()));
        Map<List<Object>, Integer> made = new HashMap<>();
        for (QueryOutcome outcome : answer.outcomes()) {
            if (outcome.result() instanceof QueryOutcome.Places places) {
                for (BucketRow row : places.rows()) {
                    made.put(
                            List.of(row.bucket(), row.row().table(), row.row().id()),
                            row.row().checksum());
                }
            }
        }
        return !stored.equals(made);
    }
}
