package io.serai.app.admin;

import io.serai.bucket.BucketOp;
import io.serai.bucket.Subkey;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one bucket that survive its operations: the last PUT of each table, id and subkey that no REMOVE or CLEAR follows. What does
 * not fit into the given heap is sorted into temporary files and merged. Confined to one thread.
 */
final class SurvivingRows implements AutoCloseable {
    private static final int ENTRY_BYTES = 240;
    private static final Comparator<BucketOp> ORDER = Comparator.comparing(BucketOp::table)
            .thenComparing(BucketOp::id)
            .thenComparing(operation -> RowId.of(operation).subkey());

    private final long maxHeapBytes;
    private final List<Path> runs = new ArrayList<>();
    private final Map<RowId, BucketOp> latest = new HashMap<>();
    private long heapBytes;

    SurvivingRows(long maxHeapBytes) {
        this.maxHeapBytes = maxHeapBytes;
    }

    /** Takes the bucket's next operation, in op id order. */
    void add(BucketOp operation) throws IOException {
        switch (operation.kind()) {
            case PUT, REMOVE -> {
                latest.put(RowId.of(operation), operation);
                byte[] data = operation.data();
                heapBytes += ENTRY_BYTES + (data == null ? 0 : data.length);
                if (heapBytes > maxHeapBytes) {
                    spill();
                }
            }
            case MOVE -> {} // its place was taken by a later operation
            case CLEAR -> clear();
        }
    }

    /** Hands over the rows in the order of table, id and subkey, and forgets them. */
    void drainTo(OperationConsumer consumer) throws IOException {
        if (runs.isEmpty()) {
            for (BucketOp operation : sorted()) {
                emit(operation, consumer);
            }
        } else {
            spill();
            merge(consumer);
        }
        clear();
    }

    @Override
    public void close() throws IOException {
        clear();
    }

    private void clear() throws IOException {
        latest.clear();
        heapBytes = 0;
        for (Path run : runs) {
            Files.deleteIfExists(run);
        }
        runs.clear();
    }

    private List<BucketOp> sorted() {
        return latest.values().stream().sorted(ORDER).toList();
    }

    private void spill() throws IOException {
        Path run = Files.createTempFile("serai-dump-", ".sorted");
        runs.add(run);
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run), 1 << 16))) {
            for (BucketOp operation : sorted()) {
                OperationCodec.write(out, operation);
            }
        }
        latest.clear();
        heapBytes = 0;
    }

    /** Of operations on one row, that of the later run is the later one, and comes first. */
    private void merge(OperationConsumer consumer) throws IOException {
        PriorityQueue<Run> heads = new PriorityQueue<>(
                Comparator.comparing(Run::head, ORDER).thenComparing(Run::number, Comparator.reverseOrder()));
        try {
            for (Path path : runs) {
                Run run = new Run(heads.size(), path);
                if (run.advance()) {
                    heads.add(run);
                }
            }
            BucketOp previous = null;
            while (!heads.isEmpty()) {
                Run first = heads.remove();
                BucketOp operation = first.head();
                if (previous == null || ORDER.compare(previous, operation) != 0) {
                    emit(operation, consumer);
                }
                previous = operation;
                if (first.advance()) {
                    heads.add(first);
                }
            }
        } finally {
            for (Run run : heads) {
                run.close();
            }
        }
    }

    private static void emit(BucketOp operation, OperationConsumer consumer) throws IOException {
        if (operation.kind() == BucketOp.Kind.PUT) {
            consumer.accept(operation);
        }
    }

    /** Takes an operation. */
    interface OperationConsumer {
        void accept(BucketOp operation) throws IOException;
    }

    private record RowId(String table, String id, UUID subkey) {
        /** Of a PUT or REMOVE, which always has a subkey. */
        private static RowId of(BucketOp operation) {
            Subkey subkey = Objects.requireNonNull(operation.subkey());
            return new RowId(operation.table(), operation.id(), subkey.value());
        }
    }

    /** A sorted file that is read once; it closes itself at its end. */
    private static final class Run implements AutoCloseable {
        private final int number;
        private final DataInputStream in;
        private @Nullable BucketOp head;

        private Run(int number, Path path) throws IOException {
            this.number = number;
            this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 16));
        }

        private int number() {
            return number;
        }

        private BucketOp head() {
            if (head == null) {
                throw new IllegalStateException("not advanced");
            }
            return head;
        }

        private boolean advance() throws IOException {
            try {
                head = OperationCodec.read(in);
                return true;
            } catch (EOFException e) {
                close();
                return false;
            }
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
