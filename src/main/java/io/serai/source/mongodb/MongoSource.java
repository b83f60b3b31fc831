package io.serai.source.mongodb;

import io.serai.source.OnLostHistory;
import io.serai.syncrules.SyncRules;

/**
 * A MongoDB database under the id that routes name it by; an application binds it in Camel's registry. Immutable.
 *
 * @param settings where it is and how it is reached
 * @param tag what the collections of the sync config call the connection
 * @param onLostHistory what becomes of it when its change stream cannot go on
 */
public record MongoSource(MongoSettings settings, String tag, OnLostHistory onLostHistory) {
    /** A source whose collections the sync config names without a tag, and that is copied again when its history is lost. */
    public MongoSource(MongoSettings settings) {
        this(settings, SyncRules.DEFAULT_TAG, OnLostHistory.RESNAPSHOT);
    }
}
