package io.serai.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Relation;
import io.serai.change.TableRef;
import io.serai.storage.BucketStorage;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceStorage;
import io.serai.storage.TableHandle;
import io.serai.storage.TestRows;
import io.serai.storage.rocksdb.RocksDbStorage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingRepairsTest {
    private static final TableRef TODOS = new TableRef("public", "todos");

    @TempDir
    Path folder;

    private final PendingRepairs repairs = new PendingRepairs();
    private BucketStorage storage;
    private SourceStorage source;

    @BeforeEach
    void replicateATable() {
        storage = RocksDbStorage.open(folder, InstantSource.system(), new Random(1));
        source = TestRows.acquire(storage, "shop");
        SourceBatch batch = new SourceBatch();
        Relation relation = new Relation(TODOS, List.of(), List.of());
        batch.entry(Entries.table(7), Entries.encode(new SourceTable(new TableHandle(7, TODOS), 1, relation, "")));
        source.commit(batch);
    }

    @AfterEach
    void close() {
        source.close();
        storage.close();
    }

    @Test
    void theRepairThatIncludesTheOtherStays() {
        PendingRepairs.write(source, Repair.RESYNC, List.of(7));
        PendingRepairs.write(source, Repair.RETRY, List.of(7));
        assertThat(Entries.repair(source.state(), 7)).isEqualTo(Repair.RESYNC);

        PendingRepairs.write(source, Repair.COPY, List.of(7));

        assertThat(Entries.repairs(source.state())).containsEntry(TODOS, Repair.COPY);
    }

    @Test
    void aTableThatIsNotReplicatedHasNone() {
        PendingRepairs.write(source, Repair.COPY, List.of(8));

        assertThat(Entries.repair(source.state(), 8)).isNull();
    }

    @Test
    void whatWasAskedForIsDurableWhenTheWaitForItEnds() throws InterruptedException {
        PendingRepairs.Request request = repairs.ask(Repair.RETRY, Set.of(7));
        assertThat(repairs.areAsked()).isTrue();

        repairs.writeAll(source);

        assertThat(repairs.await(request, Duration.ZERO)).isTrue();
        assertThat(repairs.areAsked()).isFalse();
        assertThat(Entries.repair(source.state(), 7)).isEqualTo(Repair.RETRY);
    }

    @Test
    void whatIsNotWrittenInTimeIsForgotten() throws InterruptedException {
        PendingRepairs.Request request = repairs.ask(Repair.RETRY, Set.of(7));

        assertThat(repairs.await(request, Duration.ZERO)).isFalse();

        repairs.writeAll(source);
        assertThat(Entries.repair(source.state(), 7)).isNull();
    }

    @Test
    void nobodyWaitsForAReplicationThatEnded() throws InterruptedException {
        PendingRepairs.Request before = repairs.ask(Repair.RETRY, Set.of(7));

        repairs.end();

        PendingRepairs.Request after = repairs.ask(Repair.RETRY, Set.of(7));
        assertThat(repairs.await(before, Duration.ofMinutes(1))).isFalse();
        assertThat(repairs.await(after, Duration.ofMinutes(1))).isFalse();
    }
}
