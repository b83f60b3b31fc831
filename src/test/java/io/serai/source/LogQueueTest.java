package io.serai.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogQueueTest {
    private final LogQueue queue = new LogQueue(1000, Delivered.NOTHING);

    @Test
    void eventsComeOutInTheOrderOfTheLog() throws Exception {
        queue.begin(7, new Lsn(100), Instant.EPOCH);
        queue.truncate(List.of());
        queue.commit(new Lsn(120));
        queue.flush();

        assertThat(queue.take(Duration.ZERO))
                .containsExactly(
                        new LogEvent.Begin(7, new Lsn(100), Instant.EPOCH),
                        new LogEvent.Truncate(List.of()),
                        new LogEvent.Commit(new Lsn(120)));
        assertThat(queue.isQuiet()).isTrue();
    }

    @Test
    void isFullUntilWhatWasTakenIsReleased() throws Exception {
        for (int lsn = 0; lsn < 30; lsn++) {
            queue.idle(new Lsn(lsn));
        }
        queue.flush();
        assertThat(queue.isFull()).isTrue();

        List<LogEvent> taken = queue.take(Duration.ZERO);
        assertThat(queue.isFull()).isTrue();
        queue.release(taken);

        assertThat(queue.isFull()).isFalse();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void endsOnlyWhenEverythingWasTaken() throws Exception {
        queue.commit(new Lsn(1));
        queue.end();

        assertThat(queue.isEnded()).isFalse();
        assertThat(queue.take(Duration.ZERO)).hasSize(1);
        assertThat(queue.take(Duration.ZERO)).isEmpty();
        assertThat(queue.isEnded()).isTrue();
    }

    @Test
    void knowsHowFarTheLogWasRead() {
        assertThat(queue.lastRead()).isNull();

        queue.begin(7, new Lsn(100), Instant.EPOCH);
        queue.commit(new Lsn(120));
        queue.idle(new Lsn(200));

        assertThat(queue.lastRead()).isEqualTo(new Lsn(200));
    }
}
