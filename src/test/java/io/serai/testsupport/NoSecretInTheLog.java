package io.serai.testsupport;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test after which the log shows the password of the test's servers. JUnit finds it by itself, for all tests. */
public final class NoSecretInTheLog implements AfterEachCallback, AfterAllCallback {
    @Override
    public void afterEach(ExtensionContext context) {
        check();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        check();
    }

    private static void check() {
        SecretWatch.takeFinding().ifPresent(where -> {
            throw new AssertionError("A log line shows the password of the test's servers: " + where);
        });
    }
}
