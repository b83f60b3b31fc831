package io.serai.source.mysql;

import io.serai.source.OnLostHistory;
import io.serai.syncrules.SyncRules;

/**
 * A MySQL database under the id that routes name it by; an application binds it in Camel's registry. Immutable.
 *
 * @param settings where it is and how it is reached
 * @param tag what the tables of the sync config call the connection
 * @param onLostHistory what becomes of it when its binary log does not go on from the stored position
 */
public record MysqlSource(MysqlSettings settings, String tag, OnLostHistory onLostHistory) {
    /** A source whose tables the sync config names without a tag; it is copied again when its history is lost. */
    public MysqlSource(MysqlSettings settings) {
        this(settings, SyncRules.DEFAULT_TAG, OnLostHistory.RESNAPSHOT);
    }
}
