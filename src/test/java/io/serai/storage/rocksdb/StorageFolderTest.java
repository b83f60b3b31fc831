package io.serai.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.error.ErrorCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;

/** Messages as RocksDB 10 gives them. */
class StorageFolderTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "While lock file: data/LOCK: Resource temporarily unavailable",
                "lock hold by current process, acquire time 1764586000 acquiring thread 1: data/LOCK: No locks available"
            })
    void isLockedWhereAnotherProcessOrThisOneHasIt(String message) {
        assertThat(codeOf(message)).isEqualTo(ErrorCode.STORAGE_LOCKED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while open a file for lock: data/LOCK: Permission denied",
                "While renaming a file to data/LOG.old.1764586000: Permission denied",
                "While open a file for appending: data/000010.dbtmp: Read-only file system",
                "While appending to file: data/MANIFEST-000009: No space left on device",
                "While appending to file: data/MANIFEST-000009: Disk quota exceeded",
                "While open a file for random read: data/000008.sst: Too many open files",
                "While pread offset 0 len 53: data/000008.sst: Input/output error"
            })
    void asksToCheckTheDiskWhereTheSystemRefuses(String message) {
        assertThat(codeOf(message)).isEqualTo(ErrorCode.STORAGE_WRITE_FAILED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Corruption: CURRENT file does not end with newline",
                "While open a file for random read: data/000008.sst: No such file or directory"
            })
    void isDamagedElse(String message) {
        assertThat(codeOf(message)).isEqualTo(ErrorCode.STORAGE_DAMAGED);
    }

    private static ErrorCode codeOf(String message) {
        return StorageFolder.codeOf(new RocksDBException(message));
    }
}
