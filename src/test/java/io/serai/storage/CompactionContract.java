package io.serai.storage;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.TODOS;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.key;
import static io.serai.storage.TestRows.owner;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import io.serai.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every storage owes clients when it makes buckets smaller. One subclass per back end. */
public abstract class CompactionContract extends StorageContract {
    private static final int WRITES = 20;

    @Nested
    class I9ABucketThatIsCompacted {
        @ParameterizedTest(name = "seed {0}")
        @MethodSource("io.serai.storage.StorageFaultContract#seeds")
        void isReadToTheSameEndFromEachEarlierPosition(long seed) {
            Random random = new Random(seed);
            SourceStorage session = takingPart("shop");
            List<Checkpoint> checkpoints = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                String id = "k" + random.nextInt(4);
                session.commit(
                        batch(2 + i, id, random.nextInt(3) == 0 ? TestRows.absent() : row(id, "text " + i, ALL)));
                checkpoints.add(checkpoint());
            }
            List<SyncedClient> clients = new ArrayList<>();
            for (int read = 0; read <= 40; read++) {
                SyncedClient client = new SyncedClient();
                client.sync(storage, checkpoint(), read);
                clients.add(client);
            }
            Map<String, Map<String, String>> rows = ReducedBuckets.of(storage, checkpoint());
            int checksum = storage.sum(ALL, checkpoint()).checksum();

            storage.compact(checkpoints.get(random.nextInt(checkpoints.size())));
            storage.compact(checkpoint());

            for (SyncedClient client : clients) {
                client.sync(storage, checkpoint());
                assertThat(client.rows()).isEqualTo(rows);
            }
            assertThat(ReducedBuckets.of(storage, checkpoint())).isEqualTo(rows);
            assertThat(storage.sum(ALL, checkpoint()).checksum()).isEqualTo(checksum);
        }

        @Test
        void hasMovesWhereLaterOperationsAreOnTheSameRowAndAClearAtItsBeginning() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            session.commit(batch(3, "b", row("b", "one", ALL)));
            session.commit(batch(4, "c", row("c", "one", ALL)));
            session.commit(batch(5, "a", TestRows.absent()));
            session.commit(batch(6, "b", row("b", "two", ALL)));
            session.commit(batch(7, "c", row("c", "two", ALL)));
            session.commit(batch(8, "b", row("b", "three", ALL)));
            List<OpId> before = ReducedBuckets.operations(storage, ALL).stream()
                    .map(BucketOp::opId)
                    .toList();

            Compaction compaction = storage.compact(checkpoint());

            assertThat(ReducedBuckets.operations(storage, ALL))
                    .extracting(BucketOp::opId, BucketOp::kind)
                    .containsExactly(
                            tuple(before.get(4), BucketOp.Kind.CLEAR),
                            tuple(before.get(5), BucketOp.Kind.PUT),
                            tuple(before.get(6), BucketOp.Kind.PUT));
            assertThat(compaction).isEqualTo(new Compaction(1, 4, 4, 0));
        }

        @Test
        void keepsMovesBehindARowThatStayed() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            session.commit(batch(3, "b", row("b", "one", ALL)));
            session.commit(batch(4, "b", row("b", "two", ALL)));
            session.commit(batch(5, "c", row("c", "one", ALL)));
            session.commit(batch(6, "c", TestRows.absent()));
            List<BucketOp> before = ReducedBuckets.operations(storage, ALL);

            storage.compact(checkpoint());

            List<BucketOp> after = ReducedBuckets.operations(storage, ALL);
            assertThat(after)
                    .extracting(BucketOp::kind)
                    .containsExactly(
                            BucketOp.Kind.PUT,
                            BucketOp.Kind.MOVE,
                            BucketOp.Kind.PUT,
                            BucketOp.Kind.MOVE,
                            BucketOp.Kind.REMOVE);
            assertThat(after)
                    .extracting(BucketOp::checksum)
                    .isEqualTo(before.stream().map(BucketOp::checksum).toList());
            assertThat(after.get(1))
                    .isEqualTo(new BucketOp(
                            before.get(1).opId(),
                            BucketOp.Kind.MOVE,
                            "",
                            "",
                            null,
                            before.get(1).checksum(),
                            null));
        }

        @Test
        void isOneOperationWhenNoRowIsLeft() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            session.commit(batch(3, "a", TestRows.absent()));

            storage.compact(checkpoint());

            assertThat(ReducedBuckets.operations(storage, ALL))
                    .singleElement()
                    .satisfies(op -> assertThat(op.kind()).isEqualTo(BucketOp.Kind.CLEAR));
            assertThat(storage.sum(ALL, checkpoint()).count()).isEqualTo(1);
        }

        @Test
        void goesOnFromItsSums() {
            SourceStorage session = takingPart("shop");
            for (int i = 2; i < 20; i++) {
                session.commit(batch(i, "a", row("a", "text " + i, ALL)));
            }
            SyncedClient client = new SyncedClient();
            client.sync(storage, checkpoint());
            storage.compact(checkpoint());

            reopen();
            acquire("shop").commit(batch(20, "b", row("b", "one", ALL)));
            storage.compact(checkpoint());

            client.sync(storage, checkpoint());
            assertThat(client.rows()).isEqualTo(ReducedBuckets.of(storage, checkpoint()));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(2);
        }

        @Test
        void keepsWhatCheckpointsShowFromTheOneOnUpToWhichItWas() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            session.commit(batch(3, "a", row("a", "two", ALL)));
            Checkpoint earlier = checkpoint();
            session.commit(batch(4, "a", row("a", "three", ALL)));
            Map<String, Map<String, String>> shown = ReducedBuckets.of(storage, earlier);

            storage.compact(earlier);

            assertThat(ReducedBuckets.of(storage, earlier)).isEqualTo(shown);
            assertThat(ReducedBuckets.operations(storage, ALL))
                    .extracting(BucketOp::kind)
                    .containsExactly(BucketOp.Kind.MOVE, BucketOp.Kind.PUT, BucketOp.Kind.PUT);
        }

        @Test
        void takesCheckpointsWithItThatAreEarlier() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            Checkpoint earlier = checkpoint();
            session.commit(batch(3, "a", row("a", "two", ALL)));

            storage.compact(checkpoint());

            assertFails(ErrorCode.STORAGE_CHECKPOINT_GONE, () -> ReducedBuckets.of(storage, earlier));
        }

        @Test
        void isLeftUntilATenthOfItIsNew() {
            SourceStorage session = takingPart("shop");
            SourceBatch many = batch(2);
            for (int i = 0; i < 30; i++) {
                many.row(TODOS, key("k" + i), row("k" + i, "one", ALL));
            }
            session.commit(many);
            storage.compact(checkpoint());
            Checkpoint before = checkpoint();

            session.commit(batch(3, "k0", row("k0", "two", ALL)));
            assertThat(storage.compact(checkpoint())).isEqualTo(new Compaction(0, 0, 0, 0));
            assertThat(ReducedBuckets.data(storage, ALL, before)).hasSize(30);
            for (int i = 0; i < 4; i++) {
                session.commit(batch(4 + i, "k0", row("k0", "text " + i, ALL)));
            }

            assertThat(storage.compact(checkpoint()).moved()).isEqualTo(5);
        }
    }

    @Nested
    class I9ABucketOfWhichMostIsHistory {
        private static final int ROWS = 30;

        @Test
        void isForgottenUpToRowsThatAreWrittenAgain() {
            SourceStorage session = withHistory();
            SyncedClient client = new SyncedClient();
            client.sync(storage, checkpoint());
            SyncedClient cutOff = new SyncedClient();
            cutOff.sync(storage, checkpoint(), 200);
            Map<String, Map<String, String>> rows = ReducedBuckets.of(storage, checkpoint());

            Compaction first = storage.compact(checkpoint());
            client.sync(storage, checkpoint());
            Compaction second = storage.compact(checkpoint());

            assertThat(first.rewritten()).isEqualTo(1);
            assertThat(second.rewritten()).isZero();
            assertThat(ReducedBuckets.operations(storage, ALL)).hasSizeLessThan(100);
            assertThat(ReducedBuckets.of(storage, checkpoint())).isEqualTo(rows);
            for (SyncedClient one : List.of(client, cutOff, new SyncedClient())) {
                one.sync(storage, checkpoint());
                assertThat(one.rows()).isEqualTo(rows);
            }
            session.commit(batch(1000, "static", TestRows.absent()));
            client.sync(storage, checkpoint());
            assertThat(client.rows()).isEqualTo(ReducedBuckets.of(storage, checkpoint()));
        }

        @Test
        void hasNoRowWrittenAgainThatChangedSince() {
            SourceStorage session = withHistory();
            Checkpoint before = checkpoint();
            session.commit(batch(1000, "static", TestRows.absent()));

            assertThat(storage.compact(before).rewritten()).isZero();

            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(ROWS);
        }

        /** One row that never changes, before the history of others. */
        private SourceStorage withHistory() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "static", row("static", "one", ALL)));
            for (int i = 0; i < 40; i++) {
                SourceBatch all = batch(3 + i);
                for (int id = 0; id < ROWS; id++) {
                    all.row(TODOS, key("k" + id), row("k" + id, "text " + i, ALL));
                }
                session.commit(all);
            }
            return session;
        }
    }

    @Nested
    class I2ACompactionThatIsInterrupted {
        @ParameterizedTest
        @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
        void changesNothingForClientsAndGoesOnLater(int writes) {
            SourceStorage session = takingPart("shop");
            for (int i = 0; i < WRITES; i++) {
                session.commit(batch(
                        2 + i,
                        "k" + i % 3,
                        i % 7 == 6 ? TestRows.absent() : row("k" + i % 3, "text " + i, ALL, owner("ann"))));
            }
            Map<String, Map<String, String>> before = ReducedBuckets.of(storage, checkpoint());
            SyncedClient client = new SyncedClient();
            client.sync(storage, checkpoint(), WRITES / 2);
            Checkpoint newest = checkpoint();
            fixture.failAfter(writes);
            assertFails(ErrorCode.STORAGE_WRITE_FAILED, () -> storage.compact(newest));
            fixture.heal();

            reopen();

            assertThat(ReducedBuckets.of(storage, checkpoint())).isEqualTo(before);
            SyncedClient another = new SyncedClient();
            another.sync(storage, checkpoint());
            storage.compact(checkpoint());
            client.sync(storage, checkpoint());
            another.sync(storage, checkpoint());
            assertThat(client.rows()).isEqualTo(before);
            assertThat(another.rows()).isEqualTo(before);
            assertThat(ReducedBuckets.of(storage, checkpoint())).isEqualTo(before);
        }

        @Test
        void hasEndedEarlierCheckpointsBeforeItChangesOperations() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            Checkpoint earlier = checkpoint();
            session.commit(batch(3, "a", row("a", "two", ALL)));
            Checkpoint newest = checkpoint();
            fixture.failAfter(1);
            assertFails(ErrorCode.STORAGE_WRITE_FAILED, () -> storage.compact(newest));
            fixture.heal();

            reopen();

            assertFails(ErrorCode.STORAGE_CHECKPOINT_GONE, () -> ReducedBuckets.of(storage, earlier));
            assertThat(ReducedBuckets.operations(storage, ALL))
                    .extracting(BucketOp::kind)
                    .containsExactly(BucketOp.Kind.PUT, BucketOp.Kind.PUT);
        }
    }
}
