package io.serai.testsupport;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.serai.app.LocalPostgres;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads all that the tests log, and remembers the first event that shows the password of the test's servers. Thread-safe. */
public final class SecretWatch extends AppenderBase<ILoggingEvent> {
    private static final AtomicReference<@Nullable String> FOUND = new AtomicReference<>();

    /** Where the password was logged since the last call; empty when nowhere. */
    static Optional<String> takeFinding() {
        return Optional.ofNullable(FOUND.getAndSet(null));
    }

    /** Whether a text shows the password. */
    static boolean isIn(@Nullable String text) {
        return text != null && text.contains(LocalPostgres.PASSWORD);
    }

    @Override
    protected void append(ILoggingEvent event) {
        boolean shown = isIn(event.getFormattedMessage())
                || isIn(String.valueOf(event.getKeyValuePairs()))
                || isIn(String.valueOf(event.getMDCPropertyMap()))
                || isIn(event.getThrowableProxy());
        if (shown) {
            FOUND.compareAndSet(null, event.getLevel() + " of " + event.getLoggerName() + ": " + event.getMessage());
        }
    }

    private static boolean isIn(@Nullable IThrowableProxy thrown) {
        return thrown != null && (isIn(thrown.getMessage()) || isIn(thrown.getCause()));
    }
}
