package io.serai.app.admin;

import io.serai.bucket.BucketOp;
import java.io.IOException;
import java.util.function.Predicate;

/** Some buckets and the rows that they leave to a client. Immutable. */
public record CountedRows(long buckets, long rows) {
    /** Counts the buckets that it accepts by name. Holds one bucket at a time, a large one in temporary files. Confined to one thread. */
    public static final class Counter implements OperationSink, AutoCloseable {
        private static final long HEAP_BYTES = 64L << 20;

        private final Predicate<String> wanted;
        private final SurvivingRows survivors = new SurvivingRows(HEAP_BYTES);
        private boolean isWanted;
        private long buckets;
        private long rows;

        /** A counter of the buckets with names that {@code wanted} accepts. */
        public Counter(Predicate<String> wanted) {
            this.wanted = wanted;
        }

        @Override
        public void bucket(String name) throws IOException {
            drain();
            isWanted = wanted.test(name);
            buckets += isWanted ? 1 : 0;
        }

        @Override
        public void operation(BucketOp operation) throws IOException {
            if (isWanted) {
                survivors.add(operation);
            }
        }

        /** What was counted. */
        public CountedRows end() throws IOException {
            drain();
            return new CountedRows(buckets, rows);
        }

        private void drain() throws IOException {
            survivors.drainTo(row -> rows++);
        }

        @Override
        public void close() throws IOException {
            survivors.close();
        }
    }
}
