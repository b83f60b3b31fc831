package io.serai.testsupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ChildProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void runsUntilItIsKilled() {
        try (ChildProcess child = ChildProcess.start(Waiter.class, "a", "b")) {
            assertThat(child.awaitLine("ready", PATIENCE)).isEqualTo("ready a b");

            child.kill();

            assertThat(child.isAlive()).isFalse();
            assertThat(child.output()).doesNotContain("stopped");
        }
    }

    @Test
    void stopsInItsOwnWayWhenItIsAskedTo() {
        try (ChildProcess child = ChildProcess.start(Waiter.class)) {
            child.awaitLine("ready", PATIENCE);

            child.terminate();

            assertThat(child.awaitEnd(PATIENCE)).isEqualTo(143);
            assertThat(child.output()).contains("stopped");
        }
    }

    @Test
    void showsWhatWasPrintedWhenALineIsMissing() {
        try (ChildProcess child = ChildProcess.start(Waiter.class, "x")) {
            child.awaitLine("ready", PATIENCE);

            assertThatThrownBy(() -> child.awaitLine("never", Duration.ofMillis(50)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("ready x");
        }
    }

    /** The process of these tests. */
    static final class Waiter {
        private Waiter() {}

        public static void main(String[] arguments) throws InterruptedException {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("stopped")));
            System.out.println("ready " + String.join(" ", arguments));
            new CountDownLatch(1).await();
        }
    }
}
