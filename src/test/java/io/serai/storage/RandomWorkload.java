package io.serai.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketRow;
import io.serai.bucket.Lookup;
import io.serai.bucket.OutputRow;
import io.serai.change.RowKey;
import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.StorageModel.RowId;
import io.serai.storage.StorageModel.Source;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Does random things to a storage and to the {@link StorageModel}, and compares all that can be read after each: batches, stages, truncates, copies anew, drops,
 * of three sources that share definitions, with a write that fails at any moment and a storage that is opened again. Confined to one thread.
 */
final class RandomWorkload {
    private static final List<String> SOURCES = List.of("a", "b", "c");
    private static final Map<String, Set<String>> SOURCES_OF = Map.of(
            "d1", Set.of("a"),
            "d2", Set.of("a", "b"),
            "d3", Set.of("b"),
            "d4", Set.of("c"),
            "d5", Set.of("a", "c"),
            "d6", Set.of("a", "b"),
            "d7", Set.of("b"));
    private static final List<Deployment> SYNC_CONFIGS = List.of(
            config("d1", "d2", "d3", "d4"),
            config("d1", "d3", "d4", "d5"),
            config("d4", "d5", "d6"),
            config("d1", "d2", "d4", "d7"));
    private static final List<TableHandle> TABLES = List.of(TestRows.TODOS, TestRows.LISTS);
    private static final List<String> KEYS = List.of("1", "2", "3", "4", "5", "6", "7");

    private final Random random;
    private final StorageFixture fixture;
    private final StorageModel model = new StorageModel();
    private final Map<String, SourceStorage> sessions = new HashMap<>();
    private final Map<Checkpoint, Map<String, Map<String, String>>> seen = new LinkedHashMap<>();
    private final List<SyncedClient> clients = List.of(new SyncedClient(), new SyncedClient(), new SyncedClient());
    private BucketStorage storage;
    private long position;

    RandomWorkload(long seed, StorageFixture fixture) {
        this.random = new Random(seed);
        this.fixture = fixture;
        this.storage = fixture.open();
        deploy(SYNC_CONFIGS.getFirst());
    }

    private static Deployment config(String... definitions) {
        Map<String, Set<String>> sources = new HashMap<>();
        SOURCES.forEach(source -> sources.put(source, new TreeSet<>()));
        for (String definition : definitions) {
            Objects.requireNonNull(SOURCES_OF.get(definition))
                    .forEach(source ->
                            Objects.requireNonNull(sources.get(source)).add(definition));
        }
        String text = String.join(" ", definitions);
        return new Deployment(text, text, Set.of(definitions), sources);
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            verify();
        }
        verifySeen();
    }

    private void step() {
        String name = pick(SOURCES);
        SourceStorage session = sessions.get(name);
        Source source = model.source(name);
        if (session == null || source == null || random.nextInt(20) == 0) {
            acquire(name);
        } else if (random.nextInt(25) == 0) {
            reopen();
        } else if (random.nextInt(60) == 0) {
            drop(source);
        } else if (random.nextInt(40) == 0) {
            deploy(pick(SYNC_CONFIGS));
        } else if (random.nextInt(8) == 0 && !seen.isEmpty()) {
            compact(source);
        } else if (source.isTransactionOpen()) {
            if (random.nextInt(3) > 0) {
                stage(session, source);
            } else {
                seal(session, source);
            }
        } else {
            if (!session.unbuilt().isEmpty() && random.nextInt(4) == 0) {
                rebuild(session, source);
                return;
            }
            switch (random.nextInt(source.takesPart() ? 6 : 8)) {
                case 0 -> stage(session, source);
                case 2 -> {
                    if (random.nextInt(3) == 0) {
                        startOver(session, source);
                    } else {
                        commit(session, source);
                    }
                }
                case 1 -> seal(session, source);
                case 6 -> takePart(session, source);
                default -> commit(session, source);
            }
        }
    }

    private void acquire(String name) {
        SourceStorage session = storage.acquire(name);
        sessions.put(name, session);
        model.acquired(name);
        assertThat(session.unbuilt()).isEqualTo(model.unbuilt(Objects.requireNonNull(model.source(name))));
    }

    private void deploy(Deployment deployment) {
        storage.deploy(deployment);
        model.deployed(deployment);
    }

    /** Writes each stored row again for the definitions that lack it, in pieces; mostly all of them, and says so. */
    private void rebuild(SourceStorage session, Source source) {
        Set<String> definitions = session.unbuilt();
        for (TableHandle table : TABLES) {
            RowKey after = null;
            do {
                StoredRows rows = session.rows(table, after, 1 + random.nextInt(4));
                SourceBatch batch = new SourceBatch();
                for (StoredRow row : rows.rows()) {
                    RowState.Present made = row(definitions, "rebuilt");
                    batch.row(
                            table,
                            row.key(),
                            new RowState.Rebuilt(row.relation(), row.image(), made.evaluated(), definitions));
                }
                write(source, () -> session.commit(batch), () -> model.committed(source, batch), () -> false);
                if (sessions.get(source.name()) != session || random.nextInt(20) == 0) {
                    return;
                }
                after = rows.last();
            } while (after != null);
        }
        write(source, session::built, () -> model.built(source), () -> false);
    }

    private void commit(SourceStorage session, Source source) {
        SourceBatch batch = batch(source, false);
        if (random.nextBoolean()) {
            batch.position(nextPosition());
        }
        write(source, () -> session.commit(batch), () -> model.committed(source, batch), () -> isStored(source, batch));
    }

    private void stage(SourceStorage session, Source source) {
        SourceBatch part = batch(source, true);
        write(source, () -> session.stage(part), () -> model.staged(source, part), () -> false);
    }

    private void seal(SourceStorage session, Source source) {
        SourceBatch last = batch(source, true);
        last.position(nextPosition());
        write(source, () -> session.seal(last), () -> model.sealed(source, last), () -> isStored(source, last));
    }

    private void startOver(SourceStorage session, Source source) {
        SourceBatch first = new SourceBatch();
        first.entry("e0", new byte[] {(byte) random.nextInt(100)});
        first.position(nextPosition());
        write(
                source,
                () -> session.startOver(first),
                () -> model.startedOver(source, first),
                () -> isStored(source, first));
    }

    private void takePart(SourceStorage session, Source source) {
        SourceBatch last = batch(source, false);
        last.position(nextPosition());
        write(source, () -> session.takePart(last), () -> model.tookPart(source, last), () -> isStored(source, last));
    }

    private void drop(Source source) {
        sessions.remove(source.name());
        apply(
                source,
                writesThatSucceed(),
                () -> storage.drop(source.name()),
                () -> model.dropped(source.name()),
                () -> !storage.sources().contains(source.name()));
    }

    private void compact(Source source) {
        Checkpoint newest = storage.checkpoint().orElseThrow();
        Checkpoint upTo = random.nextBoolean() ? newest : pick(List.copyOf(seen.keySet()));
        apply(source, writesThatSucceed(), () -> storage.compact(upTo), () -> {}, () -> false);
    }

    private void write(Source source, Runnable action, Runnable effect, BooleanSupplier isStoredAfterFailure) {
        int succeeding = writesThatSucceed();
        if (succeeding > 0) {
            model.beganToWrite(source);
        }
        apply(source, succeeding, action, effect, isStoredAfterFailure);
    }

    private int writesThatSucceed() {
        return random.nextInt(5) == 0 ? random.nextInt(6) : Integer.MAX_VALUE;
    }

    /** Does it, sometimes with a failing write on the way; then the storage is opened again, or the source is acquired again. */
    private void apply(
            Source source, int succeeding, Runnable action, Runnable effect, BooleanSupplier isStoredAfterFailure) {
        if (succeeding < Integer.MAX_VALUE) {
            fixture.failAfter(succeeding);
        }
        try {
            action.run();
            effect.run();
        } catch (SeraiException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_WRITE_FAILED);
            fixture.heal();
            recover(source, effect, isStoredAfterFailure);
        } finally {
            fixture.heal();
        }
    }

    private void recover(Source source, Runnable effect, BooleanSupplier isStored) {
        boolean isReopened = random.nextBoolean() || !sessions.containsKey(source.name());
        if (isReopened) {
            storage.close();
            storage = fixture.open();
            sessions.clear();
        } else {
            sessions.put(source.name(), storage.acquire(source.name()));
        }
        if (isStored.getAsBoolean()) {
            effect.run();
        }
        if (isReopened) {
            model.reopened();
        } else {
            acquire(source.name());
        }
    }

    private boolean isStored(Source source, SourceBatch batch) {
        SourcePosition stored = storage.state(source.name()).position().orElse(null);
        return batch.position() != null && batch.position().equals(stored);
    }

    private void reopen() {
        storage.close();
        if (random.nextBoolean()) {
            try (BucketStorage looked = fixture.openReadOnly()) {
                verifyCheckpoint(looked);
            }
        }
        storage = fixture.open();
        sessions.clear();
        model.reopened();
    }

    private SourceBatch batch(Source source, boolean mayTruncate) {
        SourceBatch batch = new SourceBatch();
        if (random.nextInt(4) == 0) {
            batch.entry(
                    "e" + random.nextInt(3), random.nextInt(3) == 0 ? null : new byte[] {(byte) random.nextInt(100)});
        }
        for (int left = random.nextInt(9); left > 0; left--) {
            TableHandle table = pick(TABLES);
            if (mayTruncate && random.nextInt(12) == 0) {
                batch.truncate(table);
            } else {
                String key = pick(KEYS);
                batch.row(
                        table,
                        TestRows.key(key),
                        random.nextInt(4) == 0 ? TestRows.absent() : row(source.definitions(), key));
            }
        }
        return batch;
    }

    private RowState.Present row(Set<String> fed, String key) {
        List<String> definitions = fed.stream().sorted().toList();
        List<BucketRow> bucketRows = new ArrayList<>();
        List<Lookup> lookups = new ArrayList<>();
        String text = "text " + random.nextInt(3);
        OutputRow output =
                TestRows.output(random.nextBoolean() ? "t" : "u", random.nextInt(4) == 0 ? "shared" : key, text);
        for (String definition : definitions) {
            for (String parameter : List.of("[1]", "[2]")) {
                if (random.nextInt(3) > 0) {
                    bucketRows.add(new BucketRow(new BucketName(definition, definition + parameter), output));
                }
                if (random.nextInt(4) == 0) {
                    lookups.add(new Lookup(definition, "i", parameter, "{\"v\":" + random.nextInt(2) + "}"));
                }
            }
        }
        return TestRows.present(text, bucketRows, lookups);
    }

    private void verify() {
        verifyCheckpoint(storage);
        assertThat(List.of(
                        storage.generations().active().map(Generation::deployment),
                        storage.generations().next().map(Generation::deployment)))
                .isEqualTo(model.generations());
        assertThat(storage.sources()).isEqualTo(model.sources());
        for (String name : model.sources()) {
            Source source = Objects.requireNonNull(model.source(name));
            SourceState state = storage.state(name);
            assertThat(state.position().orElse(null)).isEqualTo(source.position());
            assertThat(state.takesPart()).isEqualTo(source.takesPart());
            assertThat(StorageModel.texts(state.entries())).isEqualTo(source.entries());
            SourceStorage session = sessions.get(name);
            if (session != null) {
                verifyRows(session, source);
            }
        }
    }

    private void verifyCheckpoint(BucketStorage looked) {
        assertThat(looked.checkpoint().isPresent()).isEqualTo(model.hasCheckpoint());
        if (looked.checkpoint().isEmpty()) {
            return;
        }
        Checkpoint checkpoint = looked.checkpoint().get();
        assertThat(checkpoint.positions()).isEqualTo(model.positions());
        Map<String, Map<String, String>> reduced = ReducedBuckets.of(looked, checkpoint);
        assertThat(reduced).isEqualTo(model.reduced());
        for (String definition : SOURCES_OF.keySet()) {
            for (String key : List.of("[1]", "[2]")) {
                assertThat(looked.lookups(definition, "i", key, checkpoint))
                        .containsExactlyInAnyOrderElementsOf(model.lookups(definition, "i", key));
            }
        }
        seen.putIfAbsent(checkpoint, reduced);
        for (SyncedClient client : clients) {
            if (random.nextInt(4) == 0) {
                client.sync(looked, checkpoint, random.nextInt(40));
            } else if (random.nextInt(4) == 0) {
                client.sync(looked, checkpoint);
                assertThat(client.rows()).isEqualTo(reduced);
            }
        }
    }

    /** Earlier checkpoints show what they showed when they were new, or say that they cannot any more. */
    private void verifySeen() {
        long last = 0;
        for (Map.Entry<Checkpoint, Map<String, Map<String, String>>> entry : seen.entrySet()) {
            try {
                assertThat(ReducedBuckets.of(storage, entry.getKey())).isEqualTo(entry.getValue());
            } catch (SeraiException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_CHECKPOINT_GONE);
            }
            assertThat(entry.getKey().sequence()).isGreaterThan(last);
            last = entry.getKey().sequence();
        }
    }

    private void verifyRows(SourceStorage session, Source source) {
        for (TableHandle table : TABLES) {
            for (String key : KEYS) {
                StoredRow row = session.row(table, TestRows.key(key));
                String image = row == null ? null : new String(row.image(), StandardCharsets.UTF_8);
                assertThat(image).isEqualTo(source.image(new RowId(table, TestRows.key(key))));
            }
        }
    }

    private SourcePosition nextPosition() {
        return TestRows.at(++position);
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
