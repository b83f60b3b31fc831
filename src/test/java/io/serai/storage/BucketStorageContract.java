package io.serai.storage;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.OWNED;
import static io.serai.storage.TestRows.RULES;
import static io.serai.storage.TestRows.absent;
import static io.serai.storage.TestRows.at;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.image;
import static io.serai.storage.TestRows.owner;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketOp;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every storage owes its callers. One subclass per back end. */
public abstract class BucketStorageContract {
    private StorageFixture fixture;
    private BucketStorage storage;

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

    private SourceStorage acquire(String source) {
        return storage.acquire(source, RULES, Set.of(OWNED, GLOBAL));
    }

    private SourceStorage takingPart(String source) {
        SourceStorage session = acquire(source);
        session.takePart(batch(1));
        return session;
    }

    @Nested
    class ARowThatIsCommitted {
        @Test
        void isInItsBucketsAtTheNextCheckpoint() {
            SourceStorage session = takingPart("shop");

            session.commit(batch(2, "a", row("a", "one", ALL, owner("ann"))));

            assertThat(storage.checkpoint().orElseThrow().positions()).containsEntry("shop", at(2));
            assertThat(storage.buckets(storage.checkpoint().orElseThrow())).containsExactly(owner("ann"), ALL);
            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly("{\"id\":\"a\",\"text\":\"one\"}");
            assertThat(ReducedBuckets.data(storage, owner("ann"))).hasSize(1);
        }

        @Test
        void canBeReadBack() {
            SourceStorage session = takingPart("shop");

            session.commit(batch(2, "a", row("a", "one")));

            assertThat(image(session, "a")).isEqualTo("one");
            assertThat(image(session, "b")).isNull();
        }

        @Test
        void leavesTheBucketsThatItIsNoLongerIn() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", owner("ann"))));

            session.commit(batch(3, "a", row("a", "one", owner("bob"))));

            assertThat(ReducedBuckets.data(storage, owner("ann"))).isEmpty();
            assertThat(ReducedBuckets.operations(storage, owner("ann")))
                    .extracting(BucketOp::kind)
                    .containsExactly(BucketOp.Kind.PUT, BucketOp.Kind.REMOVE);
            assertThat(ReducedBuckets.data(storage, owner("bob"))).hasSize(1);
        }

        @Test
        void isGoneWhenItIsAbsent() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));

            session.commit(batch(3, "a", absent()));

            assertThat(ReducedBuckets.data(storage, ALL)).isEmpty();
            assertThat(image(session, "a")).isNull();
        }
    }
}
