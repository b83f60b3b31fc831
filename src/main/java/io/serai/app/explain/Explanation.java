package io.serai.app.explain;

import io.serai.change.Json;
import io.serai.storage.PlacedRow;
import io.serai.syncrules.QueryOutcome;
import java.util.List;
import java.util.Optional;

/** The answer to a {@link RowQuestion}. Immutable. */
public record Explanation(RowQuestion question, List<InTable> tables) {
    /** Copies the list. */
    public Explanation {
        tables = List.copyOf(tables);
    }

    /** The answer as lines for people. */
    public String text() {
        return ExplanationText.of(this);
    }

    /** The answer as one JSON object on one line. */
    public String json() {
        return ExplanationJson.of(this);
    }

    /**
     * The answer for one table of one source.
     *
     * @param table {@code schema.name}
     * @param key the key's values by column; without columns when the table is not replicated
     * @param replication what is done with the table
     * @param isShown whether checkpoints show the source
     * @param isIncomplete whether the row waits to be read by key
     * @param diverted why the route diverted the row, or why it was refused
     * @param image the stored image; empty when the row is not stored
     * @param places where it stands in buckets
     * @param outcomes what each query makes of the stored image, when there is one
     * @param notes what is remarkable, and what to look at
     */
    public record InTable(
            String source,
            String table,
            Json.Object key,
            Replicated replication,
            boolean isShown,
            boolean isIncomplete,
            Optional<String> diverted,
            Optional<Json.Object> image,
            List<PlacedRow.Place> places,
            List<QueryOutcome> outcomes,
            List<String> notes) {
        /** Copies the lists. */
        public InTable {
            places = List.copyOf(places);
            outcomes = List.copyOf(outcomes);
            notes = List.copyOf(notes);
        }
    }

    /** What is done with a table. */
    public enum Replicated {
        /** The sync config names it, and nothing of it is stored. */
        NO,
        /** It was dropped, renamed or left out of what is published; its rows leave. */
        GONE,
        /** Its copy is not done. */
        COPYING,
        /** It was copied, and its changes are followed. */
        YES
    }
}
