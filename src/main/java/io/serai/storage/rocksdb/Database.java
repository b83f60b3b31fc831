package io.serai.storage.rocksdb;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The opened RocksDB: synced atomic writes, reads, cursors. Thread-safe. Native objects are freed only when nobody uses them: {@link #close} waits for
 * reads in progress, ends open cursors, and whoever comes later gets an {@link IllegalStateException}.
 */
final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private static final int SMALLEST_BUFFER = 4096;
    private static final int LARGEST_SPARE_BUFFER = 32 << 20;

    private final Path path;
    private final boolean isReadOnly;
    private final Settings settings;

    /** Buffers of earlier writes, since large ones are dear to allocate. */
    private final Queue<Encoder> spareBuffers = new ArrayBlockingQueue<>(2);

    /** Shared by reads and writes, exclusive for opening and closing. A thread that holds a cursor may read, but not close. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private volatile boolean closing;
    private volatile boolean failed;
    private @Nullable Native opened; // guarded by use

    /** Lets tests stop a write where a crash or a full disk would. */
    interface WriteFault {
        /** None. */
        WriteFault NONE = bytes -> {};

        /** Comes before each write; what it throws fails the write. */
        void beforeWrite(byte[] bytes) throws RocksDBException;

        /** Comes after each write; what it throws makes one that is durable fail. */
        default void afterWrite() throws RocksDBException {}
    }

    private Database(Path path, boolean isReadOnly, Settings settings) {
        this.path = path;
        this.isReadOnly = isReadOnly;
        this.settings = settings;
    }

    /** Whether there is a database in this folder. */
    static boolean isIn(Path path) {
        return Files.exists(path.resolve("CURRENT"));
    }

    /** Opens the database in this folder, creating it unless {@code isReadOnly}. */
    static Database open(Path path, boolean isReadOnly, Settings settings) throws RocksDBException {
        Database database = new Database(path, isReadOnly, settings);
        database.opened = Native.open(path, isReadOnly, settings);
        return database;
    }

    /** An empty write. {@link #write} ends its use. */
    WriteBuffer newWrite() {
        Encoder spare = spareBuffers.poll();
        use.readLock().lock();
        try {
            return new WriteBuffer(opened().ids, spare == null ? new Encoder(SMALLEST_BUFFER) : spare);
        } finally {
            use.readLock().unlock();
        }
    }

    /**
     * Writes all of it or nothing; durable when it returns. After a failure every later write fails, too, until {@link #reopen} and {@link #recovered}:
     * RocksDB does not say whether the next one would be sound.
     */
    void write(WriteBuffer write) {
        byte[] bytes = write.toBytes();
        use.readLock().lock();
        try {
            Native db = opened();
            if (failed) {
                throw writeFailed("an earlier write failed", null);
            }
            settings.fault().beforeWrite(bytes);
            try (WriteBatch batch = new WriteBatch(bytes)) {
                db.rocks.write(db.synced, batch);
            }
            settings.fault().afterWrite();
        } catch (RocksDBException e) {
            failed = true;
            throw writeFailed(String.valueOf(e.getMessage()), e);
        } finally {
            use.readLock().unlock();
            Encoder buffer = write.appended();
            if (buffer.capacity() <= LARGEST_SPARE_BUFFER) {
                spareBuffers.offer(buffer);
            }
        }
    }

    /** Whether a write failed, and what was stored before was not read again. */
    boolean hasFailed() {
        return failed;
    }

    /** Lets writes follow again after {@link #reopen}: whoever makes them has read what is on the disk. */
    void recovered() {
        failed = false;
    }

    /**
     * Closes and opens it again, so that what is read and written is again what is on the disk. Opening needs room on the disk, too: without it the
     * database is opened for reading, and this can be called again.
     */
    void reopen() {
        exclusively(() -> {
            if (closing) {
                throw new IllegalStateException("the storage is closed");
            }
            if (opened != null) {
                opened.close();
                opened = null;
            }
            try {
                opened = Native.open(path, isReadOnly, settings);
            } catch (RocksDBException e) {
                openForReading();
                throw writeFailed(String.valueOf(e.getMessage()), e);
            }
        });
    }

    private void openForReading() {
        try {
            opened = Native.open(path, true, settings);
        } catch (RocksDBException e) {
            LOG.atDebug().setCause(e).log("The storage cannot be opened for reading, either");
        }
    }

    /** The value of a key, or null. */
    byte @Nullable [] get(Family family, byte[] key) {
        use.readLock().lock();
        try {
            Native db = opened();
            return db.rocks.get(db.handle(family), db.reads, key);
        } catch (RocksDBException e) {
            throw damaged(e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** The values of the keys, in their order, null for those that are not there. */
    List<byte @Nullable []> getAll(Family family, List<byte[]> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        use.readLock().lock();
        try {
            Native db = opened();
            return new ArrayList<>(
                    db.rocks.multiGetAsList(db.reads, Collections.nCopies(keys.size(), db.handle(family)), keys));
        } catch (RocksDBException e) {
            throw damaged(e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** A cursor before the first key that begins with {@code prefix}. */
    Cursor scan(Family family, byte[] prefix) {
        return scan(family, prefix, Keys.behind(prefix));
    }

    /** A cursor before the first key in [{@code from}, {@code to}). */
    Cursor scan(Family family, byte[] from, byte[] to) {
        use.readLock().lock();
        try {
            return new Cursor(opened(), family, from, to);
        } catch (RuntimeException | Error e) {
            use.readLock().unlock();
            throw e;
        }
    }

    /** Whether any key begins with {@code prefix}. */
    boolean hasAny(Family family, byte[] prefix) {
        try (Cursor cursor = scan(family, prefix)) {
            return cursor.next();
        }
    }

    /** Whether the family has no key. */
    boolean isEmpty(Family family) {
        try (Cursor cursor = scan(family, new byte[0], new byte[] {(byte) 0xff})) {
            return !cursor.next();
        }
    }

    /** Hands each key that begins with {@code prefix} to {@code consumer}: what follows the prefix, as text, and the value. */
    void forEach(Family family, byte[] prefix, BiConsumer<String, byte[]> consumer) {
        try (Cursor cursor = scan(family, prefix)) {
            while (cursor.next()) {
                consumer.accept(new Decoder(cursor.key(), prefix.length).restText(), cursor.value());
            }
        }
    }

    @Override
    public void close() {
        closing = true;
        exclusively(() -> {
            if (opened != null) {
                if (!isReadOnly && !failed) {
                    opened.flush();
                }
                opened.close();
                opened = null;
            }
        });
    }

    private void exclusively(Runnable action) {
        if (use.getReadHoldCount() > 0) {
            throw new IllegalStateException("a thread that reads from the storage cannot close it");
        }
        use.writeLock().lock();
        try {
            action.run();
        } finally {
            use.writeLock().unlock();
        }
    }

    private Native opened() {
        if (closing) {
            throw new IllegalStateException("the storage is closed");
        }
        if (opened == null) {
            throw writeFailed("it could not be opened again", null);
        }
        return opened;
    }

    private SeraiException writeFailed(String reason, @Nullable Throwable cause) {
        return new SeraiException(
                ErrorCode.STORAGE_WRITE_FAILED,
                "A write to the storage failed: " + reason,
                "path " + path,
                ErrorCode.STORAGE_WRITE_FAILED.remedy(),
                cause);
    }

    private SeraiException damaged(RocksDBException cause) {
        return new SeraiException(
                ErrorCode.STORAGE_DAMAGED,
                "The storage cannot be read: " + cause.getMessage(),
                "path " + path,
                ErrorCode.STORAGE_DAMAGED.remedy(),
                cause);
    }

    /**
     * Steps through keys in their order. Confined to the thread that opened it, and closed by it; the database cannot close before, but then the next
     * step fails.
     */
    final class Cursor implements AutoCloseable {
        private final Slice lowerBound;
        private final Slice upperBound;
        private final ReadOptions options;
        private final RocksIterator iterator;
        private byte @Nullable [] seek;

        private Cursor(Native db, Family family, byte[] from, byte[] to) {
            this.lowerBound = new Slice(from);
            this.upperBound = new Slice(to);
            this.options = new ReadOptions().setIterateLowerBound(lowerBound).setIterateUpperBound(upperBound);
            this.iterator = db.rocks.newIterator(db.handle(family), options);
            this.seek = from;
        }

        /** Steps to the next key; false when there is none. */
        boolean next() {
            if (closing) {
                throw new IllegalStateException("the storage is closed");
            }
            if (seek != null) {
                iterator.seek(seek);
                seek = null;
            } else {
                iterator.next();
            }
            return isValid();
        }

        /** Lets the following {@link #next} step to the first key from {@code key} on. */
        void skipTo(byte[] key) {
            seek = key;
        }

        /** Steps to the first key in the range; false when there is none. */
        boolean first() {
            seek = null;
            iterator.seekToFirst();
            return isValid();
        }

        /** Steps back from a key; false when there is none before it. */
        boolean previous() {
            if (closing) {
                throw new IllegalStateException("the storage is closed");
            }
            iterator.prev();
            return isValid();
        }

        /** Steps to the last key in the range; false when there is none. */
        boolean last() {
            seek = null;
            iterator.seekToLast();
            return isValid();
        }

        byte[] key() {
            return iterator.key();
        }

        byte[] value() {
            return iterator.value();
        }

        private boolean isValid() {
            if (iterator.isValid()) {
                return true;
            }
            try {
                iterator.status();
                return false;
            } catch (RocksDBException e) {
                throw damaged(e);
            }
        }

        @Override
        public void close() {
            iterator.close();
            options.close();
            upperBound.close();
            lowerBound.close();
            use.readLock().unlock();
        }
    }

    /** The native objects of one opening. */
    private static final class Native {
        private final DatabaseOptions options;
        private final RocksDB rocks;
        private final List<ColumnFamilyHandle> handles;
        private final Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
        private final Map<Family, Integer> ids = new EnumMap<>(Family.class);
        private final WriteOptions synced = new WriteOptions().setSync(true);
        private final ReadOptions reads = new ReadOptions();

        private Native(DatabaseOptions options, RocksDB rocks, List<ColumnFamilyHandle> handles) {
            this.options = options;
            this.rocks = rocks;
            this.handles = handles;
            for (int i = 0; i < Family.ALL.size(); i++) {
                families.put(Family.ALL.get(i), handles.get(i));
                ids.put(Family.ALL.get(i), handles.get(i).getID());
            }
        }

        static Native open(Path path, boolean isReadOnly, Settings settings) throws RocksDBException {
            RocksDB.loadLibrary();
            DatabaseOptions options = new DatabaseOptions(settings.statistics());
            try {
                List<ColumnFamilyDescriptor> families = options.families(existing(path));
                List<ColumnFamilyHandle> handles = new ArrayList<>();
                RocksDB rocks = isReadOnly
                        ? RocksDB.openReadOnly(options.database(), path.toString(), families, handles)
                        : RocksDB.open(options.database(), path.toString(), families, handles);
                return new Native(options, rocks, handles);
            } catch (RocksDBException | RuntimeException | Error e) {
                options.close();
                throw e;
            }
        }

        ColumnFamilyHandle handle(Family family) {
            return Objects.requireNonNull(families.get(family));
        }

        /** Writes what is in memory to tables, so that the next opening need not replay the log. Nothing depends on it. */
        void flush() {
            try (FlushOptions wait = new FlushOptions()) {
                rocks.flush(wait, handles);
            } catch (RocksDBException e) {
                LOG.atDebug().setCause(e).log("The storage's memory was not flushed; the next start replays its log");
            }
        }

        void close() {
            reads.close();
            synced.close();
            handles.forEach(ColumnFamilyHandle::close);
            rocks.close();
            options.close();
        }

        private static List<byte[]> existing(Path path) throws RocksDBException {
            if (!isIn(path)) {
                return List.of();
            }
            try (Options options = new Options()) {
                return RocksDB.listColumnFamilies(options, path.toString());
            }
        }
    }
}
