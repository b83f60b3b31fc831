package io.serai.route;

/** An endpoint whose consumer replicates a source. */
public interface SourceEndpoint {
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
}
