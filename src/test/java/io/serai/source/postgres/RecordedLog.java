package io.serai.source.postgres;

import io.serai.change.Lsn;
import io.serai.change.Relation;
import io.serai.change.RowImage;
import io.serai.change.SourcePosition;
import io.serai.change.Varint;
import io.serai.source.LogSink;
import io.serai.source.SourceTable;
import io.serai.source.SourceTransaction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what a log says, in words: {@code INSERT todos after 1|milk}; {@code ?} is an unknown column, {@code ~} is NULL. */
final class RecordedLog implements LogSink {
    /** A transaction that was read to its end. */
    record Transaction(long id, Lsn commitAt, Instant commitTime, Lsn end, List<String> changes) {
        SourceTransaction identity() {
            return new SourceTransaction(id, commitAt, commitTime);
        }
    }

    private final List<Transaction> transactions = new ArrayList<>();
    private final List<byte[]> images = new ArrayList<>();
    private List<String> changes = new ArrayList<>();
    private long id;
    private Lsn commitAt = Lsn.ZERO;
    private Instant commitTime = Instant.EPOCH;
    private Lsn reached = Lsn.ZERO;
    private final List<Lsn> idle = new ArrayList<>();
    boolean full;

    /** The transactions that changed something. */
    List<Transaction> transactions() {
        return transactions.stream().filter(each -> !each.changes.isEmpty()).toList();
    }

    /** All transactions, empty ones included. */
    List<Transaction> all() {
        return transactions;
    }

    /** The changes of all transactions. */
    List<String> changes() {
        return transactions.stream().flatMap(each -> each.changes.stream()).toList();
    }

    /** The rows after each change. */
    List<byte[]> images() {
        return images;
    }

    Lsn reached() {
        return reached;
    }

    /** Up to where it was read with no transaction open. */
    List<Lsn> idle() {
        return idle;
    }

    @Override
    public void begin(long transactionId, SourcePosition at, Instant time) {
        if (at.compareTo(reached) < 0) {
            throw new AssertionError("BEGIN's position " + at + " is before " + reached);
        }
        id = transactionId;
        commitAt = (Lsn) at;
        commitTime = time;
        changes = new ArrayList<>();
    }

    @Override
    public void change(Kind kind, SourceTable table, byte @Nullable [] before, byte @Nullable [] after) {
        changes.add(
                kind + " " + table.table().name() + (before == null ? "" : " before " + words(table.relation(), before))
                        + (after == null ? "" : " after " + words(table.relation(), after)));
        if (after != null) {
            images.add(after);
        }
    }

    @Override
    public void truncate(List<SourceTable> tables) {
        changes.add("TRUNCATE "
                + String.join(
                        ",", tables.stream().map(table -> table.table().name()).toList()));
    }

    @Override
    public void commit(SourcePosition position) {
        transactions.add(new Transaction(id, commitAt, commitTime, (Lsn) position, changes));
        reached = (Lsn) position;
    }

    @Override
    public void idle(SourcePosition position) {
        reached = (Lsn) position;
        idle.add(reached);
    }

    @Override
    public boolean isFull() {
        return full;
    }

    static String words(Relation relation, byte[] image) {
        new RowImage(relation, image); // it can be read
        List<String> words = new ArrayList<>();
        int at = 0;
        while (at < image.length) {
            int head = Varint.read(image, at);
            at += Varint.size(head);
            int length = Math.max(0, head - 2);
            words.add(head == 0 ? "~" : head == 1 ? "?" : new String(image, at, length, StandardCharsets.UTF_8));
            at += length;
        }
        return String.join("|", words);
    }

    @Override
    public String toString() {
        return transactions + " up to " + reached;
    }
}
