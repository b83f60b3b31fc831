package io.serai.storage;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.OWNED;
import static io.serai.storage.TestRows.absent;
import static io.serai.storage.TestRows.at;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.owner;
import static io.serai.storage.TestRows.owning;
import static io.serai.storage.TestRows.part;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketOp;
import io.serai.bucket.Lookup;
import io.serai.bucket.OpId;
import io.serai.change.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every storage owes those who serve clients from it. One subclass per back end. */
public abstract class ServedClientsContract extends StorageContract {
    private static final ClientKey ANN = new ClientKey("ann", "phone");
    private static final Lookup ANN_SEES_1 = new Lookup(OWNED, "0", "[\"ann\"]", "{\"0\":1}");

    @Nested
    class AListenerForChanges {
        private final List<ChangedTopics> told = new ArrayList<>();
        private SourceStorage session;

        @BeforeEach
        void listen() {
            session = acquire("shop");
            session.commit(batch(1, "a", row("a", "one", ALL)));
            storage.onChanges((checkpoint, changes) -> told.add(changes));
        }

        private ChangedTopics last() {
            return told.getLast();
        }

        @Test
        void isToldThatAnythingMayBeOthersWhenDefinitionsAreShown() {
            session.takePart(batch(2));

            assertThat(last().everything()).isTrue();
        }

        @Test
        void isToldOfTheBucketsThatARowEntersStaysInAndLeaves() {
            session.takePart(batch(2));
            session.commit(batch(3, "b", row("b", "two", owner("bob"))));
            Topic all = storage.topic(ALL);
            Topic bob = storage.topic(owner("bob"));

            session.commit(batch(4, "a", row("a", "changed", ALL)));
            assertThat(last().topics()).containsExactly(all);

            session.commit(batch(5, "b", row("b", "moved", ALL)));
            assertThat(last().topics()).containsExactlyInAnyOrder(all, bob);
            assertThat(last().everything()).isFalse();
        }

        @Test
        void isToldOfABucketThatWasNotThereWhenItWasAskedFor() {
            session.takePart(batch(2));
            Topic before = storage.topic(owner("eve"));

            session.commit(batch(3, "e", row("e", "first", owner("eve"))));

            assertThat(last().topics()).contains(before, storage.topic(owner("eve")));
        }

        @Test
        void isToldOfLookupsThatComeAndGo() {
            session.takePart(batch(2));
            Topic ann = storage.topic(OWNED, "0", "[\"ann\"]");

            session.commit(batch(3, "m", owning("member", ANN_SEES_1)));
            assertThat(last().topics()).containsExactly(ann);

            session.commit(batch(4, "m", absent()));
            assertThat(last().topics()).containsExactly(ann);
        }

        @Test
        void isToldOfNothingWhenOnlyThePositionAdvances() {
            session.takePart(batch(2));

            session.commit(batch(3));

            assertThat(last()).isEqualTo(new ChangedTopics(false, java.util.Set.of()));
        }

        @Test
        void I3IsToldOfAStagedTransactionAtOnce() {
            session.takePart(batch(2));
            int before = told.size();
            session.stage(part("a", row("a", "changed", ALL)));
            session.stage(part("b", row("b", "new", owner("bob"))));
            assertThat(told).hasSize(before);

            session.seal(batch(3));

            assertThat(told).hasSize(before + 1);
            assertThat(last().topics()).contains(storage.topic(ALL), storage.topic(owner("bob")));
        }
    }

    @Nested
    class OperationsInPieces {
        @Test
        void areTheSameAsAllAtOnce() {
            SourceStorage session = takingPart("shop");
            for (int i = 0; i < 10; i++) {
                session.commit(batch(2 + i, "r" + i, row("r" + i, "text", ALL)));
            }
            List<BucketOp> pieces = new ArrayList<>();
            OpId after = OpId.NONE;
            List<Integer> sizes = new ArrayList<>();
            boolean hasMore = true;
            while (hasMore) {
                int before = pieces.size();
                hasMore = storage.operations(ALL, after, checkpoint(), new PieceLimit(4, 1 << 20), pieces::add);
                after = pieces.getLast().opId();
                sizes.add(pieces.size() - before);
            }

            assertThat(sizes).containsExactly(4, 4, 2);
            assertThat(pieces)
                    .extracting(BucketOp::opId)
                    .isEqualTo(ReducedBuckets.operations(storage, ALL).stream()
                            .map(BucketOp::opId)
                            .toList());
        }

        @Test
        void haveAtLeastOneHoweverLarge() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "x".repeat(5000), ALL)));
            session.commit(batch(3, "b", row("b", "x".repeat(5000), ALL)));
            List<BucketOp> piece = new ArrayList<>();

            boolean hasMore = storage.operations(ALL, OpId.NONE, checkpoint(), new PieceLimit(1000, 10), piece::add);

            assertThat(hasMore).isTrue();
            assertThat(piece).hasSize(1);
        }
    }

    @Nested
    class AWriteCheckpoint {
        private Map<String, SourcePosition> heads(long position) {
            return Map.of("shop", at(position));
        }

        private WriteCheckpoint request(long head) {
            return storage.requestWriteCheckpoint(ANN, OptionalLong.empty(), heads(head));
        }

        @Test
        void hasAGreaterIdThanTheOneBefore() {
            takingPart("shop");

            assertThat(request(5).id()).isEqualTo(1);
            assertThat(request(6).id()).isEqualTo(2);
            assertThat(storage.writeCheckpoint(ANN).orElseThrow().heads()).isEqualTo(heads(6));
            assertThat(storage.writeCheckpoint(new ClientKey("ann", "laptop"))).isEmpty();
            assertThat(storage.writeCheckpoint(new ClientKey("bob", "phone"))).isEmpty();
        }

        @Test
        void hasTheIdThatTheClientWantsUnlessThatIsNotGreater() {
            takingPart("shop");

            assertThat(storage.requestWriteCheckpoint(ANN, OptionalLong.of(40), heads(5))
                            .id())
                    .isEqualTo(40);
            assertThat(storage.requestWriteCheckpoint(ANN, OptionalLong.of(39), heads(9)))
                    .isEqualTo(new WriteCheckpoint(
                            40,
                            heads(5),
                            storage.writeCheckpoint(ANN).orElseThrow().histories()));
            assertThat(request(9).id()).isEqualTo(41);
        }

        @Test
        void I1SurvivesOpeningAgain() {
            takingPart("shop");
            WriteCheckpoint requested = request(5);

            reopen();

            assertThat(storage.writeCheckpoint(ANN)).contains(requested);
        }

        @Test
        void isReachedWhenACheckpointCoversAllHeads() {
            SourceStorage session = takingPart("shop");
            WriteCheckpoint requested = request(5);

            session.commit(batch(4));
            assertThat(storage.isReached(requested, checkpoint())).isFalse();
            session.commit(batch(5));
            assertThat(storage.isReached(requested, checkpoint())).isTrue();
        }

        @Test
        void waitsForASourceThatIsInNoCheckpointYet() {
            SourceStorage session = acquire("shop");
            takingPart("other");
            WriteCheckpoint requested = request(5);

            session.commit(batch(6));
            assertThat(storage.isReached(requested, checkpoint())).isFalse();
            session.takePart(batch(7));
            assertThat(storage.isReached(requested, checkpoint())).isTrue();
        }

        @Test
        void I8OfAHistoryThatWasLostIsReachedWhenTheNewCopyIsPublished() {
            SourceStorage session = takingPart("shop");
            WriteCheckpoint requested = request(1000);

            session.startOver(batch(2));
            session.commit(batch(3, "a", row("a", "copied", ALL)));
            assertThat(storage.isReached(requested, checkpoint())).isFalse();
            session.takePart(batch(4));

            assertThat(storage.isReached(requested, checkpoint())).isTrue();
            assertThat(storage.isReached(request(1000), checkpoint())).isFalse();
        }

        @Test
        void I8OfAHistoryThatWasLostDuringTheFirstCopyIsReachedWhenThatIsPublished() {
            takingPart("other");
            SourceStorage session = acquire("shop");
            session.commit(batch(1, "a", row("a", "copied", ALL)));
            WriteCheckpoint requested = request(1000);

            session.startOver(batch(2));
            session.takePart(batch(4));

            assertThat(storage.isReached(requested, checkpoint())).isTrue();
        }

        @Test
        void I8OfAHistoryThatWasLostAgainDuringTheCopyIsReachedWhenThatIsPublished() {
            SourceStorage session = takingPart("shop");
            session.startOver(batch(2));
            WriteCheckpoint requested = request(1000);

            session.startOver(batch(1));
            assertThat(storage.isReached(requested, checkpoint())).isFalse();
            session.takePart(batch(4));

            assertThat(storage.isReached(requested, checkpoint())).isTrue();
        }

        @Test
        void I8IsNotReachedByWhatIsShownOfTheLogBefore() {
            SourceStorage session = acquire("shop");
            session.takePart(batch(1000));
            session.startOver(batch(2));

            assertThat(storage.isReached(request(5), checkpoint())).isFalse();
        }
    }
}
