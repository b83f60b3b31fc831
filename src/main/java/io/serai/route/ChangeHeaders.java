package io.serai.route;

import org.apache.camel.spi.Metadata;

/** The headers that each change brings into its route, and into those of the events that it fires. Steps may change them: nothing but the route's own steps reads them. */
public final class ChangeHeaders {
    @Metadata(description = "Id of the source that the change comes from.", javaType = "String")
    public static final String SOURCE = "SeraiSource";

    @Metadata(description = "The table, as schema and name with a dot between.", javaType = "String")
    public static final String TABLE = "SeraiTable";

    @Metadata(description = "What happened to the row.", javaType = "String", enums = "insert,update,delete,truncate")
    public static final String OPERATION = "SeraiOperation";

    @Metadata(
            description =
                    "Where the commit stands in the source's log, in the database's own notation; of a row that a copy read,"
                            + " where the log stood then.",
            javaType = "String")
    public static final String POSITION = "SeraiPosition";

    @Metadata(description = "Id of the transaction at the source, 0 for a row that a copy read.", javaType = "Long")
    public static final String TRANSACTION_ID = "SeraiTransactionId";

    @Metadata(
            description =
                    "When the transaction was committed at the source; of a row that a copy read, when it was read.",
            javaType = "java.time.Instant")
    public static final String COMMIT_TIME = "SeraiCommitTime";

    @Metadata(
            description = "Whether a copy read the row, or a repair sends it again, rather than the log.",
            javaType = "Boolean")
    public static final String SNAPSHOT = "SeraiSnapshot";

    @Metadata(
            description = "Name of the event that the change fired.",
            javaType = "String",
            applicableFor = EventsEndpoint.SCHEME)
    public static final String EVENT = "SeraiEvent";

    private ChangeHeaders() {}
}
