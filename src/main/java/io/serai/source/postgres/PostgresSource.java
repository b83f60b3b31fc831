package io.serai.source.postgres;

import io.serai.source.OnLostHistory;
import io.serai.syncrules.SyncRules;

/**
 * A Postgres database under the id that routes name it by; an application binds it in Camel's registry. Immutable.
 *
 * @param settings where it is and how it is reached
 * @param tag what the tables of the sync config call the connection
 * @param onLostHistory what becomes of it when its slot is lost or the server is another
 */
public record PostgresSource(PostgresSettings settings, String tag, OnLostHistory onLostHistory) {
    /** A source whose tables the sync config names without a tag. */
    public PostgresSource(PostgresSettings settings) {
        this(settings, SyncRules.DEFAULT_TAG);
    }

    /** A source that is copied again when its history is lost. */
    public PostgresSource(PostgresSettings settings, String tag) {
        this(settings, tag, OnLostHistory.RESNAPSHOT);
    }
}
