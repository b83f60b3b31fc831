package io.serai.source.postgres;

import io.serai.change.Varint;
import io.serai.source.Delivered;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.TreeMap;

/**
 * Transactions that the log has delivered and that no snapshot was seen to contain yet, by the low 32 bits of their numbers, as the log has them.
 * Kept as runs, because numbers that follow each other are mostly delivered together. Thread-safe: guarded by this object's monitor.
 */
final class DeliveredTransactions implements Delivered {
    /** First and last number of each run, unsigned. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    /** Those that {@link #encoded} gave. */
    static DeliveredTransactions decode(byte[] encoded) {
        DeliveredTransactions delivered = new DeliveredTransactions();
        long next = 0;
        int at = 0;
        while (at < encoded.length) {
            int gap = Varint.read(encoded, at);
            at += Varint.size(gap);
            int length = Varint.read(encoded, at);
            at += Varint.size(length);
            long first = next + Integer.toUnsignedLong(gap);
            next = first + Integer.toUnsignedLong(length);
            delivered.runs.put(first, next);
        }
        return delivered;
    }

    @Override
    public synchronized void began(long transactionId) {
        add(runs, transactionId & 0xffff_ffffL);
    }

    /** For each run the distance from the last number before it and its own length less one, as varints. */
    @Override
    public synchronized byte[] encoded() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long last = 0;
        for (Map.Entry<Long, Long> run : runs.entrySet()) {
            Varint.write(out, (int) (run.getKey() - last));
            Varint.write(out, (int) (run.getValue() - run.getKey()));
            last = run.getValue();
        }
        return out.toByteArray();
    }

    /** What is here now, apart from what comes later. */
    synchronized DeliveredTransactions copy() {
        DeliveredTransactions copy = new DeliveredTransactions();
        copy.runs.putAll(runs);
        return copy;
    }

    /** Forgets those that the snapshot sees, and every later snapshot with it. */
    synchronized void forget(TransactionSnapshot snapshot) {
        TreeMap<Long, Long> unseen = new TreeMap<>();
        runs.forEach((first, last) -> {
            for (long number = first; number <= last; number++) {
                if (!snapshot.sees((int) number)) {
                    add(unseen, number);
                }
            }
        });
        runs.clear();
        runs.putAll(unseen);
    }

    synchronized boolean isEmpty() {
        return runs.isEmpty();
    }

    private static void add(TreeMap<Long, Long> runs, long number) {
        Map.Entry<Long, Long> before = runs.floorEntry(number);
        if (before != null && before.getValue() >= number) {
            return;
        }
        Long lastOfNext = runs.remove(number + 1);
        long last = lastOfNext == null ? number : lastOfNext;
        boolean extendsRun = before != null && before.getValue() == number - 1;
        runs.put(extendsRun ? before.getKey() : number, last);
    }
}
