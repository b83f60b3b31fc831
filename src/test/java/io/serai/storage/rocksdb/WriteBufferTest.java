package io.serai.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rocksdb.RocksDBException;

class WriteBufferTest {
    @TempDir
    private Path folder;

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void isReadByRocksDbAsItWasMeant(long seed) throws RocksDBException {
        Random random = new Random(seed);
        NavigableMap<byte[], byte[]> expected = new TreeMap<>(Arrays::compareUnsigned);
        try (Database database = Database.open(folder, false, Settings.DEFAULT)) {
            for (int i = 0; i < 20; i++) {
                WriteBuffer write = database.newWrite();
                for (int left = random.nextInt(50); left > 0; left--) {
                    add(random, write, expected);
                }
                database.write(write);
            }

            for (byte[] prefix = {0}; prefix[0] < 4; prefix[0]++) {
                try (Database.Cursor cursor = database.scan(Family.ROWS, prefix)) {
                    while (cursor.next()) {
                        assertThat(expected.remove(cursor.key())).isEqualTo(cursor.value());
                    }
                }
            }
            assertThat(expected).isEmpty();
        }
    }

    private static void add(Random random, WriteBuffer write, NavigableMap<byte[], byte[]> expected) {
        byte[] key = new byte[1 + random.nextInt(3)];
        random.nextBytes(key);
        key[0] &= 3;
        switch (random.nextInt(10)) {
            case 0 -> {
                byte[] prefix = {key[0]};
                write.deleteAll(Family.ROWS, prefix);
                expected.subMap(prefix, Keys.behind(prefix)).clear();
            }
            case 1, 2 -> {
                write.delete(Family.ROWS, key);
                expected.remove(key);
            }
            case 3, 4 -> {
                byte[] value = value(random);
                write.append(Family.ROWS, key, new Encoder(8).raw(value));
                expected.merge(
                        key,
                        value,
                        (one, other) -> new Encoder(8).raw(one).raw(other).toBytes());
            }
            default -> {
                byte[] value = value(random);
                write.put(Family.ROWS, key, value);
                expected.put(key, value);
            }
        }
    }

    private static byte[] value(Random random) {
        byte[] value = new byte[random.nextInt(random.nextBoolean() ? 300 : 40_000)];
        random.nextBytes(value);
        return value;
    }

    static LongStream seeds() {
        return new Random().longs(3);
    }
}
