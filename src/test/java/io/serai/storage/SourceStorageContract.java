package io.serai.storage;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.LISTS;
import static io.serai.storage.TestRows.absent;
import static io.serai.storage.TestRows.at;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.image;
import static io.serai.storage.TestRows.key;
import static io.serai.storage.TestRows.output;
import static io.serai.storage.TestRows.owner;
import static io.serai.storage.TestRows.part;
import static io.serai.storage.TestRows.present;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.BucketRow;
import io.serai.change.RowKey;
import io.serai.error.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What every storage owes the sources that write to it. One subclass per back end. */
public abstract class SourceStorageContract extends StorageContract {
    @Nested
    class ARowThatIsCommitted {
        private SourceStorage session;

        @BeforeEach
        void takePart() {
            session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL, owner("ann"))));
        }

        @Test
        void isInItsBucketsAtTheNextCheckpoint() {
            assertThat(checkpoint().positions()).containsEntry("shop", at(2));
            assertThat(storage.buckets(checkpoint())).containsExactly(owner("ann"), ALL);
            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly("{\"id\":\"a\",\"text\":\"one\"}");
            assertThat(ReducedBuckets.data(storage, owner("ann"))).hasSize(1);
        }

        @Test
        void canBeReadBack() {
            assertThat(image(session, "a")).isEqualTo("one");
            assertThat(image(session, "b")).isNull();
            assertThat(session.row(LISTS, key("a"))).isNull();
        }

        @Test
        void leavesTheBucketsThatItIsNoLongerIn() {
            session.commit(batch(3, "a", row("a", "one", owner("bob"))));

            assertThat(ReducedBuckets.data(storage, owner("ann"))).isEmpty();
            assertThat(kinds(owner("ann"))).containsExactly(BucketOp.Kind.PUT, BucketOp.Kind.REMOVE);
            assertThat(ReducedBuckets.data(storage, owner("bob"))).hasSize(1);
        }

        @Test
        void isGoneWhenItIsAbsent() {
            session.commit(batch(3, "a", absent()));

            assertThat(ReducedBuckets.data(storage, ALL)).isEmpty();
            assertThat(image(session, "a")).isNull();
        }

        @Test
        void takesItsOldIdAlongWhenTheIdChanges() {
            session.commit(batch(3, "a", row("A", "one", ALL)));

            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly("{\"id\":\"A\",\"text\":\"one\"}");
            assertThat(kinds(ALL)).containsExactly(BucketOp.Kind.PUT, BucketOp.Kind.REMOVE, BucketOp.Kind.PUT);
            assertThat(ReducedBuckets.operations(storage, ALL))
                    .extracting(BucketOp::subkey)
                    .containsOnly(
                            ReducedBuckets.operations(storage, ALL).getFirst().subkey());
        }

        @Test
        void standsOnceWhereTheRulesPutItTwice() {
            BucketRow place = new BucketRow(ALL, output("todos", "b", "two"));

            session.commit(batch(3, "b", present("two", List.of(place, place), List.of())));

            assertThat(ReducedBuckets.operations(storage, ALL)).hasSize(2);
        }

        @Test
        void standsBesideAnotherRowWithItsId() {
            session.commit(batch(3, "b", row("a", "other", ALL)));
            session.commit(batch(4, "a", absent()));

            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly("{\"id\":\"a\",\"text\":\"other\"}");
        }

        @Test
        void leavesOutWhatARowGivesADefinitionThatNoSyncConfigHas() {
            session.commit(batch(3, "b", row("b", "two", ALL, new BucketName("stray", "stray[]"))));

            assertThat(storage.buckets(checkpoint())).contains(ALL).doesNotContain(new BucketName("stray", "stray[]"));
        }
    }

    @Nested
    class I5AChangeThatChangesNothing {
        @Test
        void writesNoOperationWhenOnlyTheImageDiffers() {
            SourceStorage session = takingPart("shop");
            BucketRow place = new BucketRow(ALL, output("todos", "a", "same"));
            session.commit(batch(2, "a", present("image 1", List.of(place), List.of())));

            session.commit(batch(3, "a", present("image 2", List.of(place), List.of())));

            assertThat(ReducedBuckets.operations(storage, ALL)).hasSize(1);
            assertThat(image(session, "a")).isEqualTo("image 2");
        }

        @Test
        void writesNothingAtAll() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            long writes = fixture.writes();

            session.commit(batch(2, "a", row("a", "one", ALL)));
            session.commit(new SourceBatch());

            assertThat(fixture.writes()).isEqualTo(writes);
        }

        @Test
        void writesNoOperationInAStage() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
            session.stage(part("a", row("a", "two", ALL)));

            session.seal(batch(3, "a", row("a", "one", ALL)));

            assertThat(ReducedBuckets.operations(storage, ALL)).hasSize(1);
        }
    }

    @Nested
    class I4ASourceThatDoesNotTakePartYet {
        @Test
        void isHiddenWhileOthersMakeCheckpoints() {
            SourceStorage shop = TestRows.acquire(storage, "shop", GLOBAL);
            SourceStorage other = TestRows.acquire(storage, "other", "d");
            shop.commit(batch(1, "a", row("a", "one", ALL)));

            other.takePart(batch(5));

            assertThat(storage.buckets(checkpoint())).isEmpty();
            assertThat(checkpoint().positions()).containsOnlyKeys("other");
        }

        @Test
        void staysHiddenInEarlierCheckpoints() {
            SourceStorage shop = TestRows.acquire(storage, "shop", GLOBAL);
            SourceStorage other = TestRows.acquire(storage, "other", "d");
            shop.commit(batch(1, "a", row("a", "one", ALL)));
            other.takePart(batch(5));
            Checkpoint earlier = checkpoint();

            shop.takePart(batch(2));

            assertThat(ReducedBuckets.of(storage, earlier)).isEmpty();
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(1);
        }

        @Test
        void hidesADefinitionThatAnotherSourceSharesUntilBothAreComplete() {
            SourceStorage first = acquire("first");
            SourceStorage second = acquire("second");
            first.commit(batch(1, "a", row("a", "of the first", ALL)));

            second.takePart(batch(1, "a", row("a", "of the second", ALL)));
            Checkpoint half = checkpoint();
            first.takePart(batch(2));

            assertThat(ReducedBuckets.of(storage, half)).isEmpty();
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(2);
        }

        @Test
        void hidesADefinitionThatItIsToFeedOnceItIsAcquiredForIt() {
            storage.deploy(new Deployment(
                    "rules-1", "", Set.of(GLOBAL, "d"), Map.of("first", Set.of("d"), "second", Set.of(GLOBAL))));
            storage.acquire("first").commit(batch(1));
            Set<String> both = Set.of(GLOBAL, "d");
            storage.deploy(new Deployment("rules-2", "", both, Map.of("first", both, "second", both)));

            storage.acquire("second").takePart(batch(1, "b", row("b", "of the second", ALL)));
            SourceStorage first = storage.acquire("first");
            first.commit(batch(2, "a", row("a", "of the first", ALL)));

            assertThat(ReducedBuckets.data(storage, ALL)).isEmpty();
            first.takePart(batch(3));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(2);
        }

        @Test
        void isShownWhileAnotherOfItsDefinitionsHasWrittenNothing() {
            SourceStorage down = acquire("down");

            takingPart("up").commit(batch(2, "a", row("a", "of the one that is up", ALL)));

            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(1);
            down.commit(batch(1, "b", row("b", "copied later", ALL)));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(1);
            down.takePart(batch(2));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(2);
        }

        @Test
        void fillsBucketsThatAreShownAlreadyAtOnce() {
            takingPart("first").commit(batch(2, "a", row("a", "of the first", ALL)));
            SourceStorage second = acquire("second");
            for (int i = 0; i < 10; i++) {
                second.commit(batch(i, "k" + i, row("k" + i, "of the second", ALL)));
            }
            Checkpoint before = checkpoint();

            second.takePart(batch(11, "k3", absent()));

            assertThat(ReducedBuckets.data(storage, ALL, before)).hasSize(1);
            assertThat(checkpoint().sequence()).isEqualTo(before.sequence() + 1);
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(10);
            assertThat(checkpoint().positions()).containsEntry("second", at(11));
        }

        @Test
        void readsBackWhatItWroteToItsCopyStage() {
            takingPart("first");
            SourceStorage second = acquire("second");

            second.commit(batch(1, "a", row("a", "one", ALL)));
            second.commit(batch(2, "b", row("b", "two", ALL)));
            second.commit(batch(3, "b", absent()));

            assertThat(image(second, "a")).isEqualTo("one");
            assertThat(image(second, "b")).isNull();
        }

        @Test
        void keepsItsCopyStageWhenTheStorageOpensAgain() {
            takingPart("first");
            acquire("second").commit(batch(1, "a", row("a", "one", ALL)));

            reopen();
            acquire("second").takePart(batch(2));

            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(1);
        }

        @Test
        void movesASealedTransactionIntoItsCopyStage() {
            takingPart("first");
            SourceStorage second = acquire("second");
            second.commit(batch(1, "a", row("a", "one", ALL)));
            for (int i = 0; i < 10; i++) {
                second.stage(part("k" + i, row("k" + i, "two", ALL)));
            }
            Checkpoint before = checkpoint();

            second.seal(batch(2, "a", absent()));

            assertThat(checkpoint()).isEqualTo(before);
            assertThat(second.state().position()).contains(at(2));
            second.takePart(batch(3));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(10);
        }
    }

    @Nested
    class I8ASourceThatStartsOver {
        private SourceStorage session;

        @BeforeEach
        void startOver() {
            session = takingPart("shop");
            session.commit(batch(5, "a", row("a", "one", ALL)));
            session.commit(batch(6, "b", row("b", "one", ALL)));
            session.startOver(batch(3));
        }

        @Test
        void isShownAsItWasUntilItTakesPartAgain() {
            session.commit(batch(4, "a", row("a", "two", ALL)));
            takingPart("other");

            assertThat(session.state().takesPart()).isFalse();
            assertThat(storage.isShown("shop")).isTrue();
            assertThat(session.state().position()).contains(at(4));
            assertThat(checkpoint().positions()).containsEntry("shop", at(6)).containsEntry("other", at(1));
            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly(json("a", "one"), json("b", "one"));
            assertThat(image(session, "a")).isEqualTo("two");
        }

        @Test
        void sendsOnlyDifferencesWhenItTakesPartAgain() {
            session.commit(batch(4, "a", row("a", "one", ALL)));
            session.commit(batch(4, "b", absent()));
            session.commit(batch(4, "c", row("c", "one", ALL)));
            session.takePart(batch(7));

            assertThat(checkpoint().positions()).containsEntry("shop", at(7));
            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly(json("a", "one"), json("c", "one"));
            assertThat(kinds(ALL))
                    .containsExactly(BucketOp.Kind.PUT, BucketOp.Kind.PUT, BucketOp.Kind.REMOVE, BucketOp.Kind.PUT);
        }

        @Test
        void publishesWhatIsLargerThanABatchWithTheRest() {
            session.stage(part("c", row("c", "staged", ALL)));
            session.seal(batch(5, "d", row("d", "staged", ALL)));

            assertThat(checkpoint().positions()).containsEntry("shop", at(6));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(2);

            session.takePart(batch(7));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(4);
        }

        @Test
        void goesOnWhereItWasWhenItIsAcquiredAgain() {
            session.commit(batch(4, "b", absent()));
            session = acquire("shop");

            assertThat(session.state().takesPart()).isFalse();
            assertThat(session.state().position()).contains(at(4));
            session.startOver(batch(2));
            session.takePart(batch(7));
            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly(json("a", "one"));
        }

        @Test
        void leavesNothingWhenItIsDroppedMeanwhile() {
            session.commit(batch(4, "c", row("c", "one", ALL)));

            storage.drop("shop");

            assertThat(ReducedBuckets.data(storage, ALL)).isEmpty();
            assertThat(checkpoint().positions()).isEmpty();
        }

        private static String json(String id, String text) {
            return "{\"id\":\"" + id + "\",\"text\":\"" + text + "\"}";
        }
    }

    @Nested
    class StoredRowsOfATable {
        @Test
        void areReadInPiecesInTheOrderOfTheirKeys() {
            SourceStorage session = takingPart("shop");
            for (String id : List.of("c", "a", "b")) {
                session.commit(batch(2, id, row(id, "one", ALL)));
            }

            StoredRows first = session.rows(TestRows.TODOS, null, 2);
            StoredRows second = session.rows(TestRows.TODOS, first.last(), 2);

            assertThat(keys(first)).containsExactly(key("a"), key("b"));
            assertThat(first.last()).isEqualTo(key("b"));
            assertThat(first.rows().get(0)).usingRecursiveComparison().isEqualTo(session.row(TestRows.TODOS, key("a")));
            assertThat(keys(second)).containsExactly(key("c"));
            assertThat(second.last()).isNull();
        }

        @Test
        void areNoneWhereNothingIsStored() {
            SourceStorage session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));

            assertThat(session.rows(LISTS, null, 10)).isEqualTo(new StoredRows(List.of(), null));
        }

        @Test
        void areReadFromTheCopyStageToo() {
            takingPart("first");
            SourceStorage session = acquire("shop");
            session.commit(batch(1, "a", row("a", "one", ALL)));
            session.commit(batch(1, "b", row("b", "one", ALL)));
            session.commit(batch(1, "b", absent()));
            session.commit(batch(1, "c", row("c", "one", ALL)));

            assertThat(keys(session.rows(TestRows.TODOS, null, 10))).containsExactly(key("a"), key("c"));
            assertThat(session.rows(TestRows.TODOS, null, 1).last()).isEqualTo(key("a"));
        }

        private static List<RowKey> keys(StoredRows rows) {
            return rows.rows().stream().map(StoredRow::key).toList();
        }
    }

    @Nested
    class I3ATransactionThatIsStaged {
        private SourceStorage session;

        @BeforeEach
        void commitARow() {
            session = takingPart("shop");
            session.commit(batch(2, "a", row("a", "one", ALL)));
        }

        @Test
        void showsWholeOrNotAtAll() {
            Checkpoint before = checkpoint();
            for (int i = 0; i < 10; i++) {
                session.stage(part("k" + i, row("k" + i, "staged", ALL)));
            }
            assertThat(checkpoint()).isEqualTo(before);
            assertThat(session.state().position()).contains(at(2));

            session.seal(batch(3, "a", absent()));

            assertThat(checkpoint().sequence()).isEqualTo(before.sequence() + 1);
            assertThat(checkpoint().positions()).containsEntry("shop", at(3));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(10);
        }

        @Test
        void isNotInTheCheckpointsOfOthers() {
            SourceStorage other = takingPart("other");
            session.stage(part("b", row("b", "staged", ALL)));

            other.commit(batch(2, "c", row("c", "of the other", ALL)));

            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(2);
            assertThat(checkpoint().positions()).containsEntry("shop", at(2)).containsEntry("other", at(2));
        }

        @Test
        void isReadBackByItsSource() {
            session.stage(part("a", absent()));
            session.stage(part("b", row("b", "staged", ALL)));

            assertThat(image(session, "a")).isNull();
            assertThat(image(session, "b")).isEqualTo("staged");
        }

        @Test
        void setsItsEntriesWithTheSeal() {
            SourceBatch part = part("b", row("b", "staged", ALL));
            part.entry("e", new byte[] {1});
            part.entry("f", new byte[] {2});
            session.stage(part);
            assertThat(session.state().entries()).isEmpty();

            SourceBatch last = batch(3);
            last.entry("f", null);
            session.seal(last);

            assertThat(session.state().entries()).containsOnlyKeys("e");
        }

        @Test
        void truncatesAllThatIsThereButWhatComesLater() {
            for (int i = 0; i < 10; i++) {
                session.commit(batch(3 + i, "k" + i, row("k" + i, "stored", ALL)));
            }
            session.stage(part("staged", row("staged", "staged", ALL)));
            SourceBatch truncate = new SourceBatch();
            truncate.truncate(TestRows.TODOS);
            truncate.row(TestRows.TODOS, key("k1"), row("k1", "again", ALL));
            session.stage(truncate);
            assertThat(image(session, "staged")).isNull();
            assertThat(image(session, "k1")).isEqualTo("again");

            session.seal(batch(20, "k2", row("k2", "later", ALL)));

            assertThat(ReducedBuckets.data(storage, ALL))
                    .containsExactly("{\"id\":\"k1\",\"text\":\"again\"}", "{\"id\":\"k2\",\"text\":\"later\"}");
        }

        @Test
        void truncatesItsTableOnly() {
            SourceBatch list = batch(3);
            list.row(LISTS, key("a"), row("a", "a list", ALL));
            session.commit(list);

            SourceBatch truncate = batch(4);
            truncate.truncate(TestRows.TODOS);
            session.seal(truncate);

            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly("{\"id\":\"a\",\"text\":\"a list\"}");
        }

        @Test
        void isForgottenWhenTheSourceIsAcquiredAgain() {
            SourceBatch part = part("b", row("b", "staged", ALL));
            part.entry("e", new byte[] {1});
            session.stage(part);

            SourceStorage again = acquire("shop");
            again.seal(batch(3, "c", row("c", "new", ALL)));

            assertThat(image(again, "b")).isNull();
            assertThat(again.state().entries()).isEmpty();
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(2);
        }

        @Test
        void isForgottenWhenTheStorageOpensAgain() {
            session.stage(part("b", row("b", "staged", ALL)));

            reopen();
            SourceStorage again = acquire("shop");
            again.seal(batch(3));

            assertThat(image(again, "b")).isNull();
        }

        @Test
        void letsNothingElseInBetween() {
            session.stage(part("b", row("b", "staged", ALL)));

            assertThatIllegalStateException().isThrownBy(() -> session.commit(batch(3)));
            assertThatIllegalStateException().isThrownBy(() -> session.takePart(batch(3)));
        }

        @Test
        void isTheOnlyOneThatMayTruncate() {
            SourceBatch truncate = batch(3);
            truncate.truncate(TestRows.TODOS);

            assertThatIllegalArgumentException().isThrownBy(() -> session.commit(truncate));
        }
    }

    @Nested
    class I7ASourceThatIsAcquiredAgain {
        @Test
        void fencesEveryWriteOfTheFormerSession() {
            SourceStorage former = takingPart("shop");
            SourceStorage staging = acquire("other");
            staging.stage(part("b", row("b", "staged", ALL)));

            SourceStorage again = acquire("shop");
            acquire("other");

            assertThat(again.epoch()).isGreaterThan(former.epoch());
            assertFails(ErrorCode.STORAGE_FENCED, () -> former.commit(batch(2, "a", row("a", "late", ALL))));
            assertFails(ErrorCode.STORAGE_FENCED, () -> staging.stage(part("c", row("c", "late", ALL))));
            again.commit(batch(2, "a", row("a", "new", ALL)));
            assertThat(ReducedBuckets.data(storage, ALL)).containsExactly("{\"id\":\"a\",\"text\":\"new\"}");
        }

        @Test
        void fencesTheFormerSessionAlsoAfterOpeningAgain() {
            long former = takingPart("shop").epoch();

            reopen();

            assertThat(acquire("shop").epoch()).isGreaterThan(former);
        }

        @Test
        void leavesTheOtherSourcesAlone() {
            SourceStorage other = takingPart("other");

            acquire("shop");

            other.commit(batch(2, "a", row("a", "one", ALL)));
            assertThat(ReducedBuckets.data(storage, ALL)).hasSize(1);
        }

        @Test
        void refusesWritesOfASessionThatIsClosed() {
            SourceStorage session = takingPart("shop");

            session.close();

            assertThatIllegalStateException().isThrownBy(() -> session.commit(batch(2)));
        }
    }

    private List<BucketOp.Kind> kinds(BucketName bucket) {
        return ReducedBuckets.operations(storage, bucket).stream()
                .map(BucketOp::kind)
                .toList();
    }
}
