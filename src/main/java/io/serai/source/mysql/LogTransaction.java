package io.serai.source.mysql;

import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.LogSink;
import io.serai.source.SourceTransaction;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** The transaction that a log is in, the position behind the one before it, and the proof that the log goes on from there. Confined to one thread. */
final class LogTransaction {
    private final String server;
    private final Reached reached;

    private String file = "";
    private GtidPosition position;
    private @Nullable SourceTransaction last;
    private @Nullable Gtid current;
    private @Nullable GtidPosition commitAt;
    private boolean isOpen;
    private boolean isSkipped;

    /**
     * None yet, of a log that begins after {@code from}, or with the transaction before it.
     *
     * @param server the UUID of the server that sends it
     * @param last that transaction, or null when the log begins after it
     */
    LogTransaction(String server, GtidPosition from, @Nullable SourceTransaction last, Reached reached) {
        this.server = server;
        this.position = from;
        this.last = last;
        this.reached = reached;
    }

    /** The position behind the transaction before. */
    GtidPosition position() {
        return position;
    }

    /** Transactions are over of which nothing came. */
    void passed(GtidSet over) {
        position = new GtidPosition(
                position.executed().union(over),
                position.open(),
                position.last(),
                position.server(),
                position.file(),
                position.offset());
    }

    /** The file that it is in. */
    String file() {
        return file;
    }

    /** What follows is in this file. */
    void file(String name) {
        file = name;
    }

    /** The log was sent up to there, and nothing follows for now. */
    void idle(String name, long end, LogSink sink) {
        if (!name.isEmpty()) {
            file = name;
        }
        if (current == null && last == null) {
            GtidPosition at = position.at(server, file, end);
            if (!at.equals(position)) {
                position = at;
                sink.idle(at);
            }
        }
    }

    /** The event with its identifier, which ends at {@code end}. */
    void begin(Gtid gtid, long end) {
        if (current != null) {
            throw new SeraiException(
                    ErrorCode.BUG,
                    "The end of transaction " + current.text() + " was not recognised in the binary log",
                    "",
                    ErrorCode.BUG.remedy());
        }
        current = gtid;
        at(end);
        commitAt = position.with(gtid.source(), gtid.number());
        isOpen = false;
        isSkipped = gtid.isIn(position.executed());
        proveLast(gtid);
    }

    /** The same of a transaction of which it is not known when it was committed: it will prove nothing. */
    void beginUntimed(Gtid gtid, long end) {
        begin(gtid, end);
        GtidPosition at = position.with(gtid.source(), gtid.number());
        commitAt = new GtidPosition(at.executed(), at.open(), at.last(), "", "", 0);
    }

    /** The first transaction of a log that was asked for from before its last one is that one. */
    private void proveLast(Gtid gtid) {
        SourceTransaction expected = last;
        if (expected == null) {
            return;
        }
        GtidPosition of = (GtidPosition) expected.commitAt();
        if (of.last().equals(gtid.text())) {
            if (!isTimeOf(gtid, expected.commitTime()) && of.server().equals(server)) {
                throw lost("The last transaction before the stored position, " + gtid.text()
                        + ", is another one on the server: its numbers were used again");
            }
            last = null;
        } else if (of.server().equals(server)) {
            throw lost("The server's binary log does not have the last transaction before the stored position, "
                    + of.last() + ", where it was");
        }
    }

    /** Another replica that had read it told when the first server committed it, in milliseconds. */
    private static boolean isTimeOf(Gtid gtid, Instant stored) {
        return stored.equals(gtid.commitTime())
                || stored.equals(gtid.firstCommitTime().truncatedTo(ChronoUnit.MILLIS));
    }

    /** Whether nothing is left to prove: the log goes on where it was read to. */
    boolean isProven() {
        return last == null;
    }

    /** An event of it ends there. */
    void at(long end) {
        if (!file.isEmpty()) {
            position = position.at(server, file, end);
        }
    }

    /** Whether it is stored already, so that only its end counts. */
    boolean isSkipped() {
        return isSkipped;
    }

    /** Whether more than its identifier has come. */
    boolean isOpen() {
        return isOpen;
    }

    /** Notes that more of it comes, which is skipped. */
    void openSkipped() {
        isOpen = true;
    }

    /** Begins it in the sink, unless that was done. */
    void open(LogSink sink) {
        GtidPosition at = commitAt;
        if (at == null) {
            throw withoutGtid();
        }
        if (!isOpen) {
            isOpen = true;
            Gtid gtid = gtid();
            reached.began(at.executed());
            sink.begin(gtid.number(), at, gtid.commitTime());
        }
    }

    /** Its identifier. */
    Gtid gtid() {
        Gtid gtid = current;
        if (gtid == null) {
            throw withoutGtid();
        }
        return gtid;
    }

    /** Commits it in the sink; false for a statement of a log that begins before the first identifier. */
    boolean commit(LogSink sink) {
        Gtid gtid = current;
        if (gtid == null) {
            return false;
        }
        open(sink);
        position = position.with(gtid.source(), gtid.number());
        sink.commit(position);
        end();
        return true;
    }

    /** Nothing more of it comes. */
    void end() {
        isSkipped = false;
        isOpen = false;
        current = null;
        commitAt = null;
    }

    static SeraiException withoutGtid() {
        return new SeraiException(
                ErrorCode.MYSQL_GTID_MODE,
                "The binary log has a transaction without a GTID",
                "",
                ErrorCode.MYSQL_GTID_MODE.remedy());
    }

    static SeraiException lost(String what) {
        return new SeraiException(ErrorCode.SOURCE_LOST_HISTORY, what, "", ErrorCode.SOURCE_LOST_HISTORY.remedy());
    }
}
