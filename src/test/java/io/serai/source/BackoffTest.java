package io.serai.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff backoff = new Backoff(Duration.ofSeconds(3));

    @Test
    void theDelayDoublesUpToTheCap() {
        assertThat(backoff.next(true)).isEqualTo(Duration.ofMillis(500));
        assertThat(backoff.next(true)).isEqualTo(Duration.ofSeconds(1));
        assertThat(backoff.next(true)).isEqualTo(Duration.ofSeconds(2));
        assertThat(backoff.next(true)).isEqualTo(Duration.ofSeconds(3));
        assertThat(backoff.next(true)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void whatDoesNotPassByItselfWaitsForTheCap() {
        assertThat(backoff.next(false)).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void isShortAgainAfterSuccess() {
        backoff.next(true);
        backoff.next(true);

        backoff.reset();

        assertThat(backoff.next(true)).isEqualTo(Duration.ofMillis(500));
    }
}
