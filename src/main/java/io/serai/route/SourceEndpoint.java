package io.serai.route;

import io.serai.source.OnLostHistory;
import io.serai.source.SourceDatabase;
import org.apache.camel.Endpoint;

/** An endpoint whose consumer replicates a source. */
public interface SourceEndpoint extends Endpoint {
    /** Id of the source. */
    String getSource();

    /** Name of the storage that its changes go to. */
    String getStorage();

    /**
     * What the sync rules call its connection.
     *
     * @throws io.serai.error.SeraiException when a bean is missing that says it
     */
    String connectionTag();

    /** What becomes of the source when its history is lost. */
    OnLostHistory lostHistory();

    /** The source's database, as it is replicated into the storage with this id; whoever asks closes it. */
    SourceDatabase sourceDatabase(String storageId);
}
