package io.serai.storage;

import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.OWNED;
import static io.serai.storage.TestRows.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An open storage for each test of a contract. */
public abstract class StorageContract {
    protected StorageFixture fixture;
    protected BucketStorage storage;

    /** A storage that is not there yet. */
    protected abstract StorageFixture newFixture();

    @BeforeEach
    void openStorage() {
        fixture = newFixture();
        storage = fixture.open();
    }

    @AfterEach
    void closeFixture() {
        fixture.close();
    }

    /** Acquires a source that feeds both definitions of {@link TestRows}. */
    protected final SourceStorage acquire(String source) {
        return TestRows.acquire(storage, source, OWNED, GLOBAL);
    }

    /** Acquires a source and lets it take part at position 1. */
    protected final SourceStorage takingPart(String source) {
        SourceStorage session = acquire(source);
        session.takePart(batch(1));
        return session;
    }

    protected final Checkpoint checkpoint() {
        return storage.checkpoint().orElseThrow();
    }

    /** Closes the storage and opens it again. */
    protected final void reopen() {
        storage.close();
        storage = fixture.open();
    }

    protected static void assertFails(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
