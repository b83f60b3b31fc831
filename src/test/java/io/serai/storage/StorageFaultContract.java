package io.serai.storage;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.absent;
import static io.serai.storage.TestRows.at;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.image;
import static io.serai.storage.TestRows.owner;
import static io.serai.storage.TestRows.part;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.serai.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What every storage owes its callers when writes fail and processes end. One subclass per back end. */
public abstract class StorageFaultContract extends StorageContract {
    private static final Logger LOG = LoggerFactory.getLogger(StorageFaultContract.class);
    private static final int STEPS = 150;
    private static final int ROWS = 20;
    private static final int KILLS = 3;

    @Nested
    class I2AWriteThatFails {
        @Test
        void leavesNothingBehind() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            Checkpoint before = checkpoint();
            SourceBatch lost = batch(3, "a", row("a", "two", ALL, owner("ann")));
            lost.entry("e", new byte[] {1});

            fixture.failAfter(0);
            assertFails(ErrorCode.STORAGE_WRITE_FAILED, () -> session.commit(lost));
            fixture.heal();

            assertThat(checkpoint()).isEqualTo(before);
            SourceStorage again = acquire("shop");
            assertThat(image(again, "a")).isEqualTo("one");
            assertThat(again.state().position()).contains(at(2));
            assertThat(again.state().entries()).isEmpty();
        }

        @Test
        void endsItsSession() {
            SourceStorage session = takingPart("shop");
            fixture.failAfter(0);
            assertFails(ErrorCode.STORAGE_WRITE_FAILED, () -> session.commit(batch(2)));
            fixture.heal();

            assertThatIllegalStateException().isThrownBy(() -> session.commit(batch(2)));
        }

        @Test
        void canBeDoneAgainWithTheSameResult() {
            SourceStorage session = takingPart("shop");
            Checkpoint before = checkpoint();
            SourceBatch batch = batch(2, "a", row("a", "one", ALL, owner("ann")));
            fixture.failAfter(0);
            assertFails(ErrorCode.STORAGE_WRITE_FAILED, () -> session.commit(batch));
            fixture.heal();

            acquire("shop").commit(batch);

            assertThat(checkpoint().sequence()).isEqualTo(before.sequence() + 1);
            assertThat(ReducedBuckets.operations(storage, ALL)).hasSize(1);
            assertThat(ReducedBuckets.operations(storage, owner("ann"))).hasSize(1);
        }

        @Test
        void isNotStoredAfterOpeningAgainEither() {
            SourceStorage session = takingPart("shop");
            fixture.failAfter(0);
            assertFails(ErrorCode.STORAGE_WRITE_FAILED, () -> session.commit(batch(2, "a", row("a", "one", ALL))));
            fixture.heal();

            reopen();

            assertThat(storage.state("shop").position()).contains(at(1));
            assertThat(image(acquire("shop"), "a")).isNull();
        }
    }

    @Nested
    class I3APublicationThatIsInterrupted {
        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
        void isFinishedWhenTheStorageOpens(int writes) {
            SourceStorage session = stagedTransaction();
            Checkpoint before = checkpoint();
            sealAndFailAfter(writes, session);
            assertThat(checkpoint()).isEqualTo(before);

            reopen();

            assertThat(checkpoint().sequence()).isEqualTo(before.sequence() + 1);
            assertThat(checkpoint().positions()).containsEntry("shop", at(3));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(ROWS);
            assertThat(ReducedBuckets.operations(storage, ALL)).hasSize(1 + ROWS + 1);
        }

        @Test
        void isFinishedWhenTheSourceIsAcquired() {
            SourceStorage session = stagedTransaction();
            sealAndFailAfter(2, session);

            SourceStorage again = acquire("shop");

            assertThat(again.state().position()).contains(at(3));
            assertThat(image(again, "a")).isNull();
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(ROWS);
        }

        @Test
        void holdsTheCheckpointsOfAllSourcesUntilItIsFinished() {
            SourceStorage session = stagedTransaction();
            takingPart("other");
            Checkpoint before = checkpoint();
            sealAndFailAfter(2, session);

            acquire("other").commit(batch(9, "b", row("b", "of the other", ALL)));
            assertThat(checkpoint()).isEqualTo(before);
            acquire("shop");

            assertThat(checkpoint().sequence()).isEqualTo(before.sequence() + 1);
            assertThat(checkpoint().positions()).containsEntry("shop", at(3)).containsEntry("other", at(9));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(ROWS + 1);
        }

        @Test
        void isReadBackWholeByItsSource() {
            SourceStorage session = stagedTransaction();

            sealAndFailAfter(3, session);

            assertThat(image(session, "a")).isNull();
            for (int i = 0; i < ROWS; i++) {
                assertThat(image(session, "k" + i)).isEqualTo("staged");
            }
        }

        @Test
        void doesNotHappenWhenTheSealIsNotStored() {
            SourceStorage session = stagedTransaction();
            sealAndFailAfter(0, session);

            reopen();

            assertThat(storage.state("shop").position()).contains(at(2));
            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly("{\"id\":\"a\",\"text\":\"one\"}");
        }

        private SourceStorage stagedTransaction() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            for (int i = 0; i < ROWS; i++) {
                session.stage(part("k" + i, row("k" + i, "staged", ALL)));
            }
            return session;
        }

        private void sealAndFailAfter(int writes, SourceStorage session) {
            fixture.failAfter(writes);
            assertFails(ErrorCode.STORAGE_WRITE_FAILED, () -> session.seal(batch(3, "a", absent())));
            fixture.heal();
        }
    }

    @Nested
    class I4ACopyStageWhosePublicationIsInterrupted {
        @Test
        void letsAnotherSyncConfigWaitAlsoBeforeTheFirstCheckpoint() {
            SourceStorage first = acquire("first");
            first.commit(batch(1, "a", row("a", "of the first", ALL)));
            failToPublishTheCopyOfASecondSource(2);
            acquire("first").takePart(batch(2));
            assertThat(storage.checkpoint()).isEmpty();

            Set<String> all = Set.of("added");
            storage.deploy(new Deployment("rules-2", "", all, Map.of("first", all, "second", all)));
            storage.acquire("second");

            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(1 + ROWS);
            assertThat(storage.generations().next()).isPresent();
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
        void showsAllOfItOrNothing(int writes) {
            takingPart("first").commit(batch(2, "a", row("a", "of the first", ALL)));
            failToPublishTheCopyOfASecondSource(writes);
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(1);

            reopen();

            boolean isSealed = writes > 0;
            assertThat(storage.state("second").takesPart()).isEqualTo(isSealed);
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(isSealed ? 1 + ROWS : 1);
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
        void showsNothingOfItWhenTheSourceIsDropped(int writes) {
            takingPart("first").commit(batch(2, "a", row("a", "of the first", ALL)));
            failToPublishTheCopyOfASecondSource(writes);
            List<Checkpoint> told = new ArrayList<>();
            storage.onCheckpoint(told::add);

            storage.drop("second");

            told.add(checkpoint());
            assertThat(told)
                    .allSatisfy(shown ->
                            assertThat(ReducedBuckets.data(storage, ALL, shown)).hasSize(1));
        }

        @Test
        void letsAnotherSyncConfigWaitAlsoBeforeAnySourceTakesPart() {
            SourceStorage first = acquire("first");
            first.commit(batch(1, "a", row("a", "of the first", ALL)));
            failToPublishTheCopyOfASecondSource(2);

            storage.deploy(new Deployment(
                    "rules-2", "", Set.of("added"), Map.of("first", Set.of(), "second", Set.of("added"))));

            assertThat(storage.generations().next()).isPresent();
        }

        private void failToPublishTheCopyOfASecondSource(int writes) {
            SourceStorage second = acquire("second");
            for (int i = 0; i < ROWS; i++) {
                second.commit(batch(i, "k" + i, row("k" + i, "copied", ALL)));
            }
            fixture.failAfter(writes);
            assertFails(ErrorCode.STORAGE_WRITE_FAILED, () -> second.takePart(batch(ROWS)));
            fixture.heal();
        }
    }

    @Nested
    class ADropThatIsInterrupted {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
        void showsAllOfItOrNothing(int writes) {
            SourceStorage session = takingPart("shop");
            for (int i = 0; i < ROWS; i++) {
                session.commit(batch(2 + i, "k" + i, row("k" + i, "stored", ALL)));
            }
            fixture.failAfter(writes);
            assertFails(ErrorCode.STORAGE_WRITE_FAILED, () -> storage.drop("shop"));
            fixture.heal();
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(ROWS);

            reopen();

            boolean isBegun = !storage.sources().contains("shop");
            assertThat(isBegun).isEqualTo(writes > 1); // the first write takes the lease
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(isBegun ? 0 : ROWS);
        }
    }

    @Nested
    class AProcessThatIsKilled {
        @ParameterizedTest(name = "seed {0}")
        @MethodSource("io.serai.storage.StorageFaultContract#seeds")
        void losesNothingThatItSaidIsStored(long seed) {
            storage.close();
            Random random = new Random(seed);
            long stored = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                long said = EndlessWriter.killSoon(fixture.startWriter(), stored, random);

                storage = fixture.open();

                stored = EndlessWriter.assertStoredUpTo(said, storage);
                storage.close();
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithTheModelWhateverHappens(long seed) {
        LOG.atInfo().addKeyValue("seed", seed).log("Random workload");
        storage.close();

        new RandomWorkload(seed, fixture).run(STEPS);
    }

    static LongStream seeds() {
        Long seed = Long.getLong("serai.seed");
        return seed != null ? LongStream.of(seed) : new Random().longs(Integer.getInteger("serai.seeds", 5));
    }
}
