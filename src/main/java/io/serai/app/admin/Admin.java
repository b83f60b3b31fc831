package io.serai.app.admin;

import io.serai.app.explain.RowQuestion;
import io.serai.error.SeraiException;
import java.io.IOException;
import java.time.Duration;

/** What only a running process can do with its storage. Thread-safe in the process, confined to one thread on the socket's other side. */
public interface Admin extends Inspection {
    /**
     * Waits until a checkpoint covers all that every configured source had committed when this was called, copies and incomplete rows
     * included; also for sources that are only starting.
     *
     * @return false when {@code patience} ended first
     */
    boolean awaitCaughtUp(Duration patience) throws IOException, InterruptedException;

    /**
     * What {@code serai explain} prints, by the sync rules that the process runs with: text for people, or one JSON object.
     *
     * @throws SeraiException as {@code Explainer.explain}
     */
    String explain(RowQuestion question, StatusFormat format) throws IOException;

    /**
     * Does what {@code serai resync} and {@code serai retry} ask for, and returns when it is done, or stored and a source fails.
     *
     * @throws SeraiException {@code COMMAND_TABLE_UNKNOWN} when no source has a table that is named, {@code COMMAND_FAILED} when there is no such source,
     *     {@code COMMAND_TIMED_OUT} when a source did not take what was asked for
     */
    CommandResult repair(RepairRequest request, StatusFormat format) throws IOException;

    /** As {@link StorageCompaction#run}. */
    String compact() throws IOException;

    /** Stops the source, drops what it created in its database, then all that is stored of it; answers what was done and what is left. */
    CommandResult teardown(String source) throws IOException;
}
