package io.serai.source.mongodb;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The events of all change streams of a source in the order of their times. Confined to one thread. */
final class MergedStream implements AutoCloseable {
    /** A stream that is ahead of the others and has so many events waits for them. */
    private static final int ENOUGH = 1000;

    private final List<ChangeCursor> cursors;

    MergedStream(List<ChangeCursor> cursors) {
        this.cursors = List.copyOf(cursors);
    }

    /** Reads the next batch of each; waits so long at most for each that has nothing. */
    void read(int waitMillis) throws InterruptedException {
        long passed = passed();
        for (ChangeCursor cursor : cursors) {
            if (cursor.passed() == passed || cursor.events().size() < ENOUGH) {
                cursor.read(cursor.hasMore() ? 1 : waitMillis);
            }
        }
    }

    /** How many streams there are. */
    int size() {
        return cursors.size();
    }

    /** All events up to this time were read; unsigned. */
    long passed() {
        long passed = -1; // the largest
        for (ChangeCursor cursor : cursors) {
            if (Long.compareUnsigned(cursor.passed(), passed) < 0) {
                passed = cursor.passed();
            }
        }
        return passed;
    }

    /** Whether each stream has come near the end of the log. */
    boolean isNearEnd() {
        return cursors.stream().allMatch(ChangeCursor::isNearEnd);
    }

    /** About how many bytes of events were read and not taken. */
    long bytes() {
        long bytes = 0;
        for (ChangeCursor cursor : cursors) {
            for (ChangeEvent event : cursor.events()) {
                bytes += event.weight();
            }
        }
        return bytes;
    }

    /** The first event that was not taken, or null. */
    @Nullable
    ChangeEvent peek() {
        ChangeCursor first = first();
        return first == null ? null : first.events().peek();
    }

    /** Takes the event that {@link #peek} shows. */
    void take() {
        ChangeCursor first = first();
        if (first != null) {
            first.events().remove();
        }
    }

    @Override
    public void close() {
        cursors.forEach(ChangeCursor::close);
    }

    /** The stream whose next event is the earliest. */
    private @Nullable ChangeCursor first() {
        ChangeCursor first = null;
        long earliest = 0;
        for (ChangeCursor cursor : cursors) {
            ChangeEvent event = cursor.events().peek();
            if (event != null && (first == null || Long.compareUnsigned(event.time(), earliest) < 0)) {
                first = cursor;
                earliest = event.time();
            }
        }
        return first;
    }
}
