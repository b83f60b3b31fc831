package io.serai.storage.rocksdb;

import static io.serai.storage.TestRows.ALL;
import static io.serai.storage.TestRows.GLOBAL;
import static io.serai.storage.TestRows.batch;
import static io.serai.storage.TestRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.storage.BucketStorage;
import io.serai.storage.TestRows;
import io.serai.testsupport.ChildProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;

/** What a folder may hold when it is opened. */
class RocksDbFolderTest {
    @TempDir
    private Path parent;

    private Path folder;

    @BeforeEach
    void nameFolder() {
        folder = parent.resolve("storage");
    }

    @Nested
    class OpenInAnotherProcess {
        private ChildProcess holder;

        @BeforeEach
        void startHolder() {
            holder = new RocksDbFixture(folder).startWriter();
            holder.awaitLine("stored 1", Duration.ofSeconds(60));
        }

        @AfterEach
        void endHolder() {
            holder.close();
        }

        @Test
        void isRefusedWithTheNameOfTheProcess() {
            assertFails(ErrorCode.STORAGE_LOCKED, RocksDbFolderTest.this::open)
                    .hasMessageContaining("process " + holder.pid() + " on ");
        }

        @Test
        void isFreeWhenTheProcessWasKilled() {
            holder.kill();

            try (BucketStorage storage = open()) {
                assertThat(storage.sources()).isNotEmpty();
            }
        }
    }

    @Nested
    class OpenInThisProcess {
        @Test
        void isRefusedWithTheNameOfTheProcess() {
            try (BucketStorage first = open()) {
                assertFails(ErrorCode.STORAGE_LOCKED, RocksDbFolderTest.this::open)
                        .hasMessageContaining(
                                "process " + ProcessHandle.current().pid());
                assertThat(first.sources()).isEmpty();
            }
        }
    }

    @Nested
    class WithoutAStorage {
        @Test
        void isFilledWhenItIsOpened() {
            try (BucketStorage storage = open()) {
                assertThat(storage.id()).matches("[a-z0-9]{8}");
                assertThat(storage.checkpoint()).isEmpty();
            }
        }

        @Test
        void isLeftAloneWhenItIsOpenedForReading() {
            assertFails(ErrorCode.STORAGE_NOT_FOUND, RocksDbFolderTest.this::openReadOnly);
            assertThat(folder).doesNotExist();
        }
    }

    @Nested
    class OfAnOlderFormat {
        @Test
        void isRefused() throws RocksDBException {
            open().close();
            put(Keys.FORMAT, new Encoder(4).i32(1).toBytes());

            assertFails(ErrorCode.STORAGE_OLDER_FORMAT, RocksDbFolderTest.this::open)
                    .hasMessageContaining("format 1");
            assertFails(ErrorCode.STORAGE_OLDER_FORMAT, RocksDbFolderTest.this::openReadOnly);
        }
    }

    @Nested
    class OfANewerFormat {
        @BeforeEach
        void raiseFormat() throws RocksDBException {
            open().close();
            put(Keys.FORMAT, new Encoder(4).i32(StorageFolder.FORMAT + 1).toBytes());
        }

        @Test
        void isRefused() {
            assertFails(ErrorCode.STORAGE_NEWER_FORMAT, RocksDbFolderTest.this::open)
                    .hasMessageContaining("format " + (StorageFolder.FORMAT + 1));
            assertFails(ErrorCode.STORAGE_NEWER_FORMAT, RocksDbFolderTest.this::openReadOnly);
        }

        @Test
        void canBeOpenedByTheVersionThatKnowsIt() throws RocksDBException {
            assertFails(ErrorCode.STORAGE_NEWER_FORMAT, RocksDbFolderTest.this::open);
            put(Keys.FORMAT, new Encoder(4).i32(StorageFolder.FORMAT).toBytes());

            open().close();
        }
    }

    @Nested
    class WithSomethingElse {
        @Test
        void isRefusedWhenItIsAnotherDatabase() throws RocksDBException {
            put("key".getBytes(StandardCharsets.UTF_8), new byte[] {1});

            assertFails(ErrorCode.STORAGE_DAMAGED, RocksDbFolderTest.this::open);
            assertFails(ErrorCode.STORAGE_DAMAGED, RocksDbFolderTest.this::openReadOnly);
        }

        @Test
        void isRefusedWhenItIsDamaged() throws IOException {
            open().close();
            Files.writeString(folder.resolve("CURRENT"), "not a manifest");

            assertFails(ErrorCode.STORAGE_DAMAGED, RocksDbFolderTest.this::open);
            assertFails(ErrorCode.STORAGE_DAMAGED, RocksDbFolderTest.this::openReadOnly);
        }
    }

    @Nested
    class ThatWasCopied {
        @Test
        void isTheSameStorage() throws IOException {
            String id;
            try (BucketStorage storage = open()) {
                id = storage.id();
                TestRows.acquire(storage, "shop", GLOBAL).takePart(batch(1, "a", row("a", "one", ALL)));
            }
            Path copy = Files.createDirectory(parent.resolve("copy"));
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.copy(file, copy.resolve(file.getFileName()));
                }
            }

            try (BucketStorage storage = RocksDbStorage.openReadOnly(copy)) {
                assertThat(storage.id()).isEqualTo(id);
                assertThat(storage.checkpoint()).isPresent();
            }
        }
    }

    private BucketStorage open() {
        return RocksDbStorage.open(folder, Clock.systemUTC(), new Random());
    }

    private BucketStorage openReadOnly() {
        return RocksDbStorage.openReadOnly(folder);
    }

    private void put(byte[] key, byte[] value) throws RocksDBException {
        try (Database database = Database.open(folder, false, Settings.DEFAULT)) {
            WriteBuffer write = database.newWrite();
            write.put(Family.META, key, value);
            database.write(write);
        }
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> assertFails(
            ErrorCode code, ThrowingCallable action) {
        return assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
