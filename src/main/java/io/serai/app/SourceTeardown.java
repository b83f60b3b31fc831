package io.serai.app;

import io.serai.source.SourceDatabase;
import io.serai.storage.BucketStorage;
import java.util.Optional;

/** Removes a source: first what was created in its database, then its data, so that a crash in between leaves something to repeat it with. */
final class SourceTeardown {
    private SourceTeardown() {}

    /**
     * Removes it.
     *
     * @param database empty when the source is no longer in service.yaml
     * @return what was done and what is left to do, in lines
     */
    static String run(String source, Optional<SourceDatabase> database, BucketStorage storage)
            throws InterruptedException {
        String inDatabase = database.isPresent()
                ? dropInDatabase(source, database.get())
                : "source " + source + " is not in service.yaml, so nothing was dropped in its database.\n";
        boolean hadData = storage.sources().contains(source);
        if (hadData) {
            storage.drop(source);
        }
        return inDatabase + "source " + source
                + (hadData ? ": its stored data was removed.\n" : " has no stored data.\n");
    }

    private static String dropInDatabase(String source, SourceDatabase database) throws InterruptedException {
        try {
            database.teardown();
            return "source " + source + ": its replication slot was dropped.\n";
        } catch (Exception e) { // whatever the driver throws, the stored data is still removed
            if (e instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            return "source " + source + ": its replication slot could NOT be dropped and keeps log on the server.\n  "
                    + database.explain(e).getMessage() + "\n";
        }
    }
}
