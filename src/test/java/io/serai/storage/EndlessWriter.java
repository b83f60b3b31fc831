package io.serai.storage;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.SourcePosition;
import io.serai.testsupport.ChildProcess;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * A process that writes one transaction after the other until it is killed, committed or staged by turns, and says which are stored; beside that it compacts
 * without a pause. Transaction n sets every row to n, so half a transaction shows.
 */
public final class EndlessWriter {
    private static final String SOURCE = "shop";
    private static final String SAYS = "stored ";
    private static final String COMPACTED = "compacted";
    private static final int ROWS = 40;
    private static final int ROWS_OF_A_PART = 7;

    private EndlessWriter() {}

    /** What the process does. */
    @SuppressWarnings("SystemOut") // how the process tells the test what is stored
    public static void run(BucketStorage storage) {
        SourceStorage session = TestRows.acquire(storage, SOURCE, TestRows.GLOBAL);
        Thread.ofPlatform().daemon().start(() -> compactAgainAndAgain(storage));
        long n = session.state().position().map(EndlessWriter::number).orElse(0L);
        while (true) {
            n++;
            if (n == 1) {
                session.takePart(transaction(n, 0, ROWS));
            } else if (n % 2 == 0) {
                session.commit(transaction(n, 0, ROWS));
            } else {
                int from = 0;
                for (; from + ROWS_OF_A_PART < ROWS; from += ROWS_OF_A_PART) {
                    session.stage(rows(n, from, from + ROWS_OF_A_PART));
                }
                session.seal(transaction(n, from, ROWS));
            }
            System.out.println(SAYS + n);
        }
    }

    /** One that fails ends the process, which the test misses then. */
    @SuppressWarnings("SystemOut")
    private static void compactAgainAndAgain(BucketStorage storage) {
        try {
            while (true) {
                boolean didSomething = storage.checkpoint()
                        .map(storage::compact)
                        .filter(done -> done.moved() > 0)
                        .isPresent();
                if (didSomething) {
                    System.out.println(COMPACTED);
                }
            }
        } catch (RuntimeException e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    /** Kills the process at some moment, and answers the last transaction that it said is stored. */
    static long killSoon(ChildProcess process, long stored, Random random) {
        try (process) {
            process.awaitLine(SAYS + (stored + 1 + random.nextInt(30)), Duration.ofSeconds(60));
            process.awaitLine(COMPACTED, Duration.ofSeconds(60));
            LockSupport.parkNanos(random.nextInt(10_000_000));
            process.kill();
            return process.output()
                    .lines()
                    .filter(line -> line.startsWith(SAYS))
                    .mapToLong(line -> Long.parseLong(line.substring(SAYS.length())))
                    .max()
                    .orElse(stored);
        }
    }

    /** Verifies that exactly the transactions up to {@code last} are stored, or one more, whose process did not live to say so; answers which. */
    static long assertStoredUpTo(long last, BucketStorage storage) {
        Set<String> texts = new TreeSet<>(ReducedBuckets.data(storage, ALL).stream()
                .map(data -> data.replaceAll(".*\"text\":\"|\"}", ""))
                .collect(Collectors.toSet()));
        long stored =
                storage.state(SOURCE).position().map(EndlessWriter::number).orElse(0L);

        assertThat(stored).isBetween(last, last + 1);
        assertThat(texts).containsExactly(Long.toString(stored));
        assertThat(ReducedBuckets.data(storage, ALL)).hasSize(ROWS);
        return stored;
    }

    private static SourceBatch transaction(long n, int from, int to) {
        SourceBatch batch = rows(n, from, to);
        batch.position(TestRows.at(n));
        return batch;
    }

    private static SourceBatch rows(long n, int from, int to) {
        SourceBatch batch = new SourceBatch();
        for (int i = from; i < to; i++) {
            batch.row(TestRows.TODOS, TestRows.key("k" + i), row("k" + i, Long.toString(n), ALL));
        }
        return batch;
    }

    private static long number(SourcePosition position) {
        return Long.parseLong(position.text().replace("0/", ""), 16);
    }
}
