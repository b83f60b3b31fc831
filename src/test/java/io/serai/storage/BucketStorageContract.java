package io.serai.storage;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.LISTS;
import static io.serai.storage.TestRows.OWNED;
import static io.serai.storage.TestRows.TODOS;
import static io.serai.storage.TestRows.at;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.key;
import static io.serai.storage.TestRows.owner;
import static io.serai.storage.TestRows.owning;
import static io.serai.storage.TestRows.part;
import static io.serai.storage.TestRows.row;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.Lookup;
import io.serai.bucket.OpId;
import io.serai.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every storage owes those who read checkpoints, and those who own it. One subclass per back end. */
public abstract class BucketStorageContract extends StorageContract {
    private static final Lookup ANN_SEES_1 = new Lookup(OWNED, "0", "[\"ann\"]", "{\"0\":1}");
    private static final Lookup ANN_SEES_2 = new Lookup(OWNED, "0", "[\"ann\"]", "{\"0\":2}");
    private static final Lookup BOB_SEES_1 = new Lookup(OWNED, "0", "[\"bob\"]", "{\"0\":1}");

    @Nested
    class ACheckpoint {
        @Test
        void isThereOnceASourceTakesPart() {
            SourceStorage session = acquire("shop");
            session.commit(batch(1, "a", row("a", "one", ALL)));
            assertThat(storage.checkpoint()).isEmpty();

            session.takePart(batch(2));

            assertThat(checkpoint().sequence()).isEqualTo(1);
            assertThat(checkpoint().positions()).containsOnlyKeys("shop").containsEntry("shop", at(2));
        }

        @Test
        void followsAPositionWithoutAnOperation() {
            SourceStorage session = takingPart("shop");
            Checkpoint before = checkpoint();

            session.commit(batch(2));

            assertThat(checkpoint()).isEqualTo(new Checkpoint(before.sequence() + 1, before.opId(), batchPositions(2)));
        }

        @Test
        void isNotMadeByACommitThatNobodyCanSee() {
            SourceStorage session = takingPart("shop");
            SourceStorage other = TestRows.acquire(storage, "other", "elsewhere");
            Checkpoint before = checkpoint();

            SourceBatch entryOnly = new SourceBatch();
            entryOnly.entry("cursor", new byte[] {1});
            session.commit(entryOnly);
            other.commit(batch(7, "a", TestRows.absent()));

            assertThat(checkpoint()).isEqualTo(before);
        }

        @Test
        void showsWhatItShowedWhenItWasNew() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            Checkpoint earlier = checkpoint();

            session.commit(batch(3, "a", row("a", "two", ALL)));
            session.commit(batch(4, "b", row("b", "new", owner("ann"))));

            assertThat(storage.buckets(earlier)).containsExactly(ALL);
            assertThat(ReducedBuckets.data(storage, ALL, earlier)).containsExactly("{\"id\":\"a\",\"text\":\"one\"}");
            assertThat(storage.sum(ALL, earlier).count()).isEqualTo(1);
        }

        @Test
        void survivesOpeningAgain() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            Checkpoint before = checkpoint();
            String id = storage.id();

            reopen();

            assertThat(checkpoint()).isEqualTo(before);
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(1);
            assertThat(storage.id()).isEqualTo(id).matches("[a-z0-9]{8}");
        }

        private java.util.Map<String, io.serai.change.SourcePosition> batchPositions(long position) {
            return java.util.Map.of("shop", at(position));
        }
    }

    @Nested
    class OperationsOfABucket {
        @Test
        void areReadBehindAnyOpId() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            OpId first = checkpoint().opId();
            session.commit(batch(3, "a", row("a", "two", ALL)));
            List<BucketOp> read = new ArrayList<>();

            storage.operations(ALL, first, checkpoint(), read::add);

            assertThat(read)
                    .singleElement()
                    .satisfies(op -> assertThat(op.opId()).isGreaterThan(first));
        }

        @Test
        void getIdsThatGrowFromCommitToCommitOfAllSources() {
            SourceStorage shop = takingPart("shop");
            SourceStorage other = takingPart("other");

            shop.commit(batch(2, "a", row("a", "one", ALL)));
            other.commit(batch(2, "a", row("a", "two", ALL)));
            shop.commit(batch(3, "b", row("b", "three", ALL)));

            assertThat(ReducedBuckets.operations(storage, ALL))
                    .extracting(op -> new String(op.data(), java.nio.charset.StandardCharsets.UTF_8))
                    .map(data -> data.replaceAll(".*text\":\"|\"}", ""))
                    .containsExactly("one", "two", "three");
        }

        @Test
        void areNoneInABucketThatNobodyWroteTo() {
            takingPart("shop");

            assertThat(ReducedBuckets.operations(storage, owner("nobody"))).isEmpty();
            assertThat(storage.sum(owner("nobody"), checkpoint())).isEqualTo(new BucketSum(0, 0));
            assertThat(storage.buckets(checkpoint())).isEmpty();
        }
    }

    @Nested
    class ALookup {
        @Test
        void isFoundByItsKeyAtTheCheckpoint() {
            SourceStorage session = takingPart("shop");

            session.commit(batch(2, "a", owning("one", ANN_SEES_1, BOB_SEES_1)));

            assertThat(lookups("[\"ann\"]", checkpoint())).containsExactly(ANN_SEES_1);
            assertThat(lookups("[\"bob\"]", checkpoint())).containsExactly(BOB_SEES_1);
            assertThat(lookups("[\"cid\"]", checkpoint())).isEmpty();
            assertThat(storage.lookups(OWNED, "1", "[\"ann\"]", checkpoint())).isEmpty();
        }

        @Test
        void changesOnlyLaterCheckpoints() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", owning("one", ANN_SEES_1)));
            Checkpoint earlier = checkpoint();

            session.commit(batch(3, "a", owning("one", ANN_SEES_2)));
            session.commit(batch(4, "a", TestRows.absent()));

            assertThat(lookups("[\"ann\"]", earlier)).containsExactly(ANN_SEES_1);
            assertThat(lookups("[\"ann\"]", checkpoint())).isEmpty();
        }

        @Test
        void belongsToEachRowThatOwnsIt() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", owning("one", ANN_SEES_1)));
            session.commit(batch(3, "b", owning("two", ANN_SEES_1, ANN_SEES_2)));

            session.commit(batch(4, "a", TestRows.absent()));

            assertThat(lookups("[\"ann\"]", checkpoint())).containsExactlyInAnyOrder(ANN_SEES_1, ANN_SEES_2);
        }

        @Test
        void comesBackWithItsRow() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", owning("one", ANN_SEES_1)));
            session.commit(batch(3, "a", TestRows.absent()));

            session.commit(batch(4, "a", owning("one", ANN_SEES_1)));

            assertThat(lookups("[\"ann\"]", checkpoint())).containsExactly(ANN_SEES_1);
        }

        private List<Lookup> lookups(String key, Checkpoint checkpoint) {
            return storage.lookups(OWNED, "0", key, checkpoint);
        }
    }

    @Nested
    class ARowThatIsLookedAt {
        @Test
        void hasItsImageAndItsPlacesInTheBucketsOfAllDefinitions() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL, owner("ann"))));

            PlacedRow found = storage.row("shop", TODOS, key("a")).orElseThrow();

            int checksum = TestRows.output("todos", "a", "one").checksum();
            assertThat(found.row().image()).asString(UTF_8).isEqualTo("one");
            assertThat(found.row().relation()).isEqualTo(7);
            assertThat(found.places())
                    .containsExactlyInAnyOrder(
                            new PlacedRow.Place(ALL, "todos", "a", checksum),
                            new PlacedRow.Place(owner("ann"), "todos", "a", checksum));
        }

        @Test
        void hasNoPlaceWhenItWasFiltered() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));

            session.commit(batch(3, "a", row("a", "two")));

            assertThat(storage.row("shop", TODOS, key("a")).orElseThrow().places())
                    .isEmpty();
        }

        @Test
        void isNotThereForAnotherKeyTableOrSourceNorWhenItIsGone() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));

            assertThat(storage.row("shop", TODOS, key("b"))).isEmpty();
            assertThat(storage.row("shop", LISTS, key("a"))).isEmpty();
            assertThat(storage.row("other", TODOS, key("a"))).isEmpty();
            session.commit(batch(3, "a", TestRows.absent()));
            assertThat(storage.row("shop", TODOS, key("a"))).isEmpty();
        }

        @Test
        void ofASourceThatDoesNotTakePartHasThePlacesToBe() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            acquire("other").commit(batch(2, "b", row("b", "two", ALL)));

            assertThat(storage.row("other", TODOS, key("b")).orElseThrow().places())
                    .extracting(PlacedRow.Place::bucket)
                    .containsExactly(ALL);
        }
    }

    @Nested
    class AListenerForCheckpoints {
        @Test
        void isToldOfEachInOrderUntilItEnds() {
            List<Checkpoint> told = new ArrayList<>();
            BucketStorage.Subscription subscription = storage.onCheckpoint(told::add);
            SourceStorage session = takingPart("shop");
            session.commit(batch(2));

            subscription.close();
            session.commit(batch(3));

            assertThat(told).extracting(Checkpoint::sequence).containsExactly(1L, 2L);
        }

        @Test
        void doesNoHarmWhenItFails() {
            storage.onCheckpoint(checkpoint -> {
                throw new IllegalStateException("a listener's own failure");
            });
            SourceStorage session = takingPart("shop");

            session.commit(batch(2, "a", row("a", "one", ALL)));

            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(1);
        }
    }

    @Nested
    class ASourceThatIsDropped {
        @Test
        void leavesTheBucketsOfOthersAsTheyAre() {
            SourceStorage shop = takingPart("shop");
            SourceStorage other = takingPart("other");
            shop.commit(batch(2, "a", row("a", "ours", ALL)));
            other.commit(batch(2, "a", row("a", "theirs", ALL)));

            storage.drop("shop");

            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly("{\"id\":\"a\",\"text\":\"theirs\"}");
            assertThat(checkpoint().positions()).containsOnlyKeys("other");
            assertThat(storage.sources()).containsExactly("other");
            assertThat(storage.state("shop").position()).isEmpty();
        }

        @Test
        void isFencedAndItsEpochGoesOn() {
            SourceStorage before = takingPart("shop");

            storage.drop("shop");

            assertFails(ErrorCode.STORAGE_FENCED, () -> before.commit(batch(2)));
            assertThat(acquire("shop").epoch()).isGreaterThan(before.epoch());
        }

        @Test
        void leavesNothingToShowWhenItNeverTookPart() {
            takingPart("other");
            SourceStorage hidden = TestRows.acquire(storage, "hidden", "d");
            BucketName bucket = new BucketName("d", "d[]");
            hidden.commit(batch(1, "a", row("a", "one", bucket)));

            storage.drop("hidden");

            assertThat(storage.buckets(checkpoint())).isEmpty();
            assertThat(TestRows.acquire(storage, "hidden", "d").row(TestRows.TODOS, TestRows.key("a")))
                    .isNull();
        }
    }

    @Nested
    class AnotherSyncConfig {
        private static final String ADDED = "added";
        private static final BucketName NEW = new BucketName(ADDED, "added[]");

        @Test
        void isActiveWithTheCheckpointThatIsTheFirstToShowItWhole() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            deploy("rules-2", GLOBAL, ADDED);
            Checkpoint before = checkpoint();

            SourceStorage session = storage.acquire("shop");
            assertThat(session.unbuilt()).containsExactly(ADDED);
            session.commit(part("a", rebuilt("one", NEW)));
            assertThat(checkpoint()).isEqualTo(before);
            assertThat(storage.generations().next()).isPresent();
            session.built();

            assertThat(session.unbuilt()).isEmpty();
            assertThat(storage.generations().next()).isEmpty();
            assertThat(storage.generations().active().orElseThrow().deployment().fingerprint())
                    .isEqualTo("rules-2");
            assertThat(checkpoint().sequence()).isEqualTo(before.sequence() + 1);
            assertThat(storage.buckets(checkpoint())).containsExactly(NEW, ALL);
            assertThat(ReducedBuckets.data(storage, NEW)).hasSize(1);
        }

        @Test
        void leavesTheBucketsOfDefinitionsAloneThatItHas() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            BucketSum before = storage.sum(ALL, checkpoint());
            deploy("rules-2", GLOBAL, ADDED);
            SourceStorage session = storage.acquire("shop");
            session.commit(part("a", rebuilt("one", NEW)));
            session.built();

            assertThat(storage.sum(ALL, checkpoint())).isEqualTo(before);
        }

        @Test
        void doesNotShowWhatItDoesNotHave() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL, owner("u"))));
            Checkpoint earlier = checkpoint();

            deploy("rules-2", GLOBAL);

            assertThat(storage.generations().next()).isEmpty();
            assertThat(storage.buckets(checkpoint())).containsExactly(ALL);
            await().untilAsserted(() -> assertFails(ErrorCode.STORAGE_CHECKPOINT_GONE, () -> storage.buckets(earlier)));
            assertFails(ErrorCode.STORAGE_CHECKPOINT_GONE, () -> storage.sum(owner("u"), earlier));
        }

        @Test
        void removesWhatItDoesNotHaveAlsoWhenTheStorageIsOpenedAgain() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL, owner("u"))));
            Checkpoint earlier = checkpoint();
            deploy("rules-2", GLOBAL);
            reopen();

            await().untilAsserted(() -> assertFails(ErrorCode.STORAGE_CHECKPOINT_GONE, () -> storage.buckets(earlier)));
            storage.acquire("shop").commit(batch(3, "a", TestRows.absent()));
            assertThat(ReducedBuckets.of(storage, checkpoint())).isEmpty();
        }

        @Test
        void givesADefinitionThatComesBackNothingOfWhatItHad() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL, owner("u"))));
            deploy("rules-2", GLOBAL);
            deploy("rules-3", GLOBAL, OWNED);
            SourceStorage session = storage.acquire("shop");
            assertThat(session.unbuilt()).containsExactly(OWNED);
            session.built();

            assertThat(storage.buckets(checkpoint())).containsExactly(ALL);
        }

        @Test
        void waitsForEachSourceThatHasWritten() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            takingPart("other").commit(batch(2, "b", row("b", "two", ALL)));
            deploy("rules-2", GLOBAL, ADDED);

            storage.acquire("shop").built();

            assertThat(storage.generations().next()).isPresent();
            storage.acquire("other").built();
            assertThat(storage.generations().next()).isEmpty();
        }

        @Test
        void doesNotWaitForASourceThatNeverWrote() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            acquire("other");
            deploy("rules-2", GLOBAL, ADDED);

            storage.acquire("shop").built();

            assertThat(storage.generations().next()).isEmpty();
        }

        @Test
        void isForgottenWhenTheActiveOneIsPutBack() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            Generation active = storage.generations().active().orElseThrow();
            deploy("rules-2", GLOBAL, ADDED);
            storage.acquire("shop").commit(part("a", rebuilt("one", NEW)));

            storage.deploy(active.deployment());

            assertThat(storage.generations().active()).contains(active);
            assertThat(storage.generations().next()).isEmpty();
            assertThat(storage.acquire("shop").unbuilt()).isEmpty();
            assertThat(storage.buckets(checkpoint())).containsExactly(ALL);
        }

        @Test
        void isActiveAtOnceWhileThereIsNoCheckpointButIsToBeBuilt() {
            acquire("shop").commit(batch(2, "a", row("a", "one", ALL)));

            deploy("rules-2", ADDED);

            assertThat(storage.generations().next()).isEmpty();
            SourceStorage session = storage.acquire("shop");
            assertThat(session.unbuilt()).containsExactly(ADDED);
            session.commit(part("a", rebuilt("one", NEW)));
            session.built();
            session.takePart(batch(3));
            assertThat(storage.buckets(checkpoint())).containsExactly(NEW);
        }

        @Test
        void goesOnAfterTheStorageWasOpenedAgain() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            deploy("rules-2", GLOBAL, ADDED);
            storage.acquire("shop").commit(part("a", rebuilt("one", NEW)));
            Generations before = storage.generations();

            reopen();

            assertThat(storage.generations()).isEqualTo(before);
            assertThat(storage.acquire("shop").unbuilt()).containsExactly(ADDED);
        }

        @Test
        void buildsRowsThatWaitInACopyStage() {
            takingPart("other");
            SourceStorage session = acquire("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            deploy("rules-2", GLOBAL, ADDED);
            session = storage.acquire("shop");
            session.commit(part("a", rebuilt("one", NEW)));
            storage.acquire("other").built();
            session.built();

            session.takePart(batch(3));

            assertThat(storage.buckets(checkpoint())).containsExactly(NEW, ALL);
        }

        @Test
        void showsOfASourceThatIsCopiedAnewWhatItHadBuiltBefore() {
            SourceStorage shop = TestRows.acquire(storage, "shop", GLOBAL);
            shop.takePart(batch(2, "a", row("a", "one", ALL)));
            TestRows.acquire(storage, "other", "elsewhere").takePart(batch(2));
            storage.deploy(new Deployment(
                    "rules-2", "", Set.of(ADDED, "others"), Map.of("shop", Set.of(ADDED), "other", Set.of("others"))));
            shop = storage.acquire("shop");
            shop.commit(part("a", rebuilt("one", NEW)));
            shop.built();
            shop.startOver(batch(3));

            storage.acquire("other").built();

            assertThat(storage.generations().next()).isEmpty();
            assertThat(storage.buckets(checkpoint())).containsExactly(NEW);
        }

        @Test
        void isNotHiddenByTheFirstCopyOfASourceThatComesWithIt() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            Set<String> all = Set.of(ADDED);
            storage.deploy(new Deployment("rules-2", "", all, Map.of("shop", all, "late", all)));
            storage.acquire("late").commit(batch(1, "b", row("b", "two", NEW)));
            SourceStorage session = storage.acquire("shop");
            session.commit(part("a", rebuilt("one", NEW)));

            session.built();

            assertThat(storage.generations().next()).isEmpty();
            assertThat(ReducedBuckets.data(storage, NEW)).containsExactly("{\"id\":\"a\",\"text\":\"one\"}");
        }

        @Test
        void isBuiltFromRowsInAnyOrder() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            session.commit(batch(3, "b", row("b", "two", ALL)));
            deploy("rules-2", GLOBAL, ADDED);
            session = storage.acquire("shop");
            SourceBatch batch = part("b", rebuilt("two", NEW));
            batch.row(TODOS, key("a"), rebuilt("one", NEW));

            session.commit(batch);
            session.built();

            assertThat(ReducedBuckets.data(storage, NEW)).hasSize(2);
        }

        /** Each leaves something in a row that nothing else writes; at some time it is written without that. */
        @Test
        void mayTakeThePlaceOfAnotherAgainAndAgain() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            for (int i = 0; i < 20; i++) {
                String definition = "added-" + i;
                BucketName bucket = new BucketName(definition, definition + "[]");
                deploy("rules-" + i, GLOBAL, definition);
                SourceStorage session = storage.acquire("shop");
                var made = (RowState.Present) row("a", "one", bucket);
                session.commit(part(
                        "a",
                        new RowState.Rebuilt(made.relation(), made.image(), made.evaluated(), Set.of(definition))));
                session.built();

                assertThat(storage.buckets(checkpoint())).containsExactlyInAnyOrder(ALL, bucket);
            }
            storage.acquire("shop").commit(batch(3, "a", row("a", "two", ALL)));

            assertThat(storage.buckets(checkpoint()).stream()
                            .flatMap(bucket -> ReducedBuckets.data(storage, bucket).stream()))
                    .containsExactly("{\"id\":\"a\",\"text\":\"two\"}");
        }

        private void deploy(String fingerprint, String... definitions) {
            Set<String> all = Set.of(definitions);
            storage.deploy(new Deployment(fingerprint, "", all, Map.of("shop", all, "other", all)));
        }

        private RowState rebuilt(String text, BucketName... buckets) {
            var made = (RowState.Present) row("a", text, buckets);
            return new RowState.Rebuilt(made.relation(), made.image(), made.evaluated(), Set.of(ADDED));
        }
    }

    @Nested
    class OpenedForReading {
        @Test
        void showsTheNewestCheckpointAndTakesNoWrites() {
            takingPart("shop").commit(batch(2, "a", row("a", "one", ALL)));
            Checkpoint before = checkpoint();
            storage.close();

            try (BucketStorage looked = fixture.openReadOnly()) {
                assertThat(looked.checkpoint()).contains(before);
                assertThat(ReducedBuckets.data(looked, ALL)).hasSize(1);
                assertThat(looked.state("shop").position()).contains(at(2));
                assertThatIllegalStateException().isThrownBy(() -> looked.acquire("shop"));
            }
        }
    }

    @Nested
    class AStorageThatIsClosed {
        @Test
        void refusesReadersAndWriters() {
            SourceStorage session = takingPart("shop");
            Checkpoint last = checkpoint();

            storage.close();

            assertThatIllegalStateException().isThrownBy(() -> storage.buckets(last));
            assertThatIllegalStateException().isThrownBy(() -> session.commit(batch(2)));
            assertThatIllegalStateException().isThrownBy(() -> session.row(TestRows.TODOS, TestRows.key("a")));
        }

        @Test
        void endsAReadThatIsInProgress() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            session.commit(batch(3, "b", row("b", "two", ALL)));
            List<Thread> closers = new ArrayList<>();

            assertThatIllegalStateException()
                    .isThrownBy(() -> storage.operations(ALL, OpId.NONE, checkpoint(), op -> {
                        Thread closer = Thread.ofPlatform().start(storage::close);
                        closers.add(closer);
                        awaitBlocked(closer);
                    }));

            assertThat(closers).hasSize(1);
        }

        private static void awaitBlocked(Thread closer) {
            org.awaitility.Awaitility.await()
                    .atMost(java.time.Duration.ofSeconds(10))
                    .until(() -> closer.getState() == Thread.State.WAITING);
        }
    }
}
