package io.serai.api.auth;

import io.serai.error.SeraiException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one URI. They are fetched at the start, again in the background when they are needed and older than {@link #FRESH}, and at once when a token
 * names none of them, but never twice within {@link #INTERVAL}. Thread-safe.
 */
final class RemoteKeys {
    /** How old keys may be before they are fetched again in the background: a key that was taken out verifies for about as long. */
    static final Duration FRESH = Duration.ofMinutes(5);
    /** How old keys may be that cannot be fetched again. */
    static final Duration LONGEST_USE = Duration.ofHours(1);
    /** The shortest time between two fetches. */
    static final Duration INTERVAL = Duration.ofSeconds(10);
    /** The longest time that a request waits for a fetch. */
    static final Duration PATIENCE = Duration.ofSeconds(6);
    /** More requests do not wait: they are answered with what is there. */
    static final int MOST_WAITING = 16;

    private static final Logger LOG = LoggerFactory.getLogger(RemoteKeys.class);

    private final URI uri;
    private final JwksClient client;
    private final Clock clock;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);

    private final Object lock = new Object();
    private KeySet keys = KeySet.EMPTY; // guarded by lock
    private @Nullable Instant fetched; // guarded by lock
    private @Nullable Instant begun; // guarded by lock
    private @Nullable SeraiException failure; // guarded by lock; of the last fetch
    private @Nullable CompletableFuture<Void> running; // guarded by lock

    RemoteKeys(URI uri, JwksClient client, Clock clock) {
        this.uri = uri;
        this.client = client;
        this.clock = clock;
        beginIfDue();
    }

    /** The keys as they are known; waits only when none were ever fetched. */
    KeySet keys() {
        Instant known;
        synchronized (lock) {
            known = fetched;
        }
        if (known == null) {
            refresh();
        } else if (known.plus(FRESH).isBefore(clock.instant())) {
            beginIfDue();
        }
        synchronized (lock) {
            boolean isUsable = fetched != null && !fetched.plus(LONGEST_USE).isBefore(clock.instant());
            return isUsable ? keys : KeySet.EMPTY;
        }
    }

    /** Fetches the keys again, if that is due, and waits for it. */
    void refresh() {
        beginIfDue();
        CompletableFuture<Void> fetch;
        synchronized (lock) {
            fetch = running;
        }
        if (fetch == null || !waiting.tryAcquire()) {
            return;
        }
        try {
            fetch.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            // it goes on, or said why it failed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting.release();
        }
    }

    /** Why the last fetch failed; empty when it did not, or is not over and none failed before. */
    Optional<SeraiException> failure() {
        synchronized (lock) {
            return Optional.ofNullable(failure);
        }
    }

    /** Begins a fetch, if none is running and the last one began long enough ago. */
    private void beginIfDue() {
        synchronized (lock) {
            Instant now = clock.instant();
            if (running == null && (begun == null || !now.isBefore(begun.plus(INTERVAL)))) {
                begun = now;
                running = client.get(uri).handle((set, thrown) -> {
                    ended(set, thrown);
                    return null;
                });
                if (running.isDone()) { // it called `ended` before there was something to forget
                    running = null;
                }
            }
        }
    }

    private void ended(@Nullable KeySet set, @Nullable Throwable thrown) {
        boolean hadFailed;
        SeraiException failed = thrown == null ? null : client.failure(uri, thrown);
        synchronized (lock) {
            hadFailed = failure != null;
            failure = failed;
            running = null;
            if (set != null) {
                keys = set;
                fetched = clock.instant();
            }
        }
        if (failed != null && !hadFailed) {
            LOG.atWarn().addKeyValue("reason", failed.getMessage()).log("The keys of a jwks_uri cannot be fetched");
        } else if (failed == null && hadFailed) {
            LOG.atInfo().addKeyValue("host", uri.getHost()).log("The keys of a jwks_uri are fetched again");
        }
    }
}
