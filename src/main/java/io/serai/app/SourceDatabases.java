package io.serai.app;

import io.serai.config.Connection;
import io.serai.source.SourceDatabase;

/** Makes the object that stands for a connection's database. */
public interface SourceDatabases {
    /**
     * A database that has not been connected to yet; the caller closes it.
     *
     * @param storageId the id of the storage that it is replicated into, which names what is created in the database
     */
    SourceDatabase open(Connection connection, String storageId);
}
