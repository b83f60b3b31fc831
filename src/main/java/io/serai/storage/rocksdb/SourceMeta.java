package io.serai.storage.rocksdb;

import io.serai.change.TableRef;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What META holds of one source besides its record: the names of its tables, and its entries, also those that wait in a stage. */
final class SourceMeta {
    private static final int REMOVED = 0;
    private static final int SET = 1;

    private SourceMeta() {}

    /** The names of a table, from which subkeys are made. */
    static TableRef names(Database database, int source, int table) {
        Decoder in = new Decoder(Objects.requireNonNull(
                database.get(Family.META, Keys.table(source, table)), "names are written with a table's first row"));
        return new TableRef(in.text(), in.text());
    }

    /** Adds the names of a table to a write. */
    static void writeNames(int source, int table, TableRef names, WriteBuffer write) {
        write.put(
                Family.META,
                Keys.table(source, table),
                new Encoder(64).text(names.schema()).text(names.name()).toBytes());
    }

    /** The entries of the source's state. */
    static NavigableMap<String, byte[]> entries(Database database, int source) {
        NavigableMap<String, byte[]> entries = new TreeMap<>();
        database.forEach(Family.META, Keys.entries(source), entries::put);
        return entries;
    }

    /** Adds a batch's entries to a write. */
    static void writeEntries(int source, Map<String, byte @Nullable []> entries, WriteBuffer write) {
        entries.forEach((name, value) -> writeEntry(source, name, value, write));
    }

    /** Adds entries that become part of the state only with the seal of a stage. */
    static void stageEntries(int source, int stage, Map<String, byte @Nullable []> entries, WriteBuffer write) {
        entries.forEach((name, value) -> write.put(
                Family.META,
                Keys.stagedEntry(source, stage, name),
                value == null
                        ? new byte[] {REMOVED}
                        : new Encoder(1 + value.length).u8(SET).raw(value).toBytes()));
    }

    /** Adds the entries that waited in a stage to the write that seals it. */
    static void applyStagedEntries(Database database, int source, int stage, WriteBuffer write) {
        byte[] prefix = Keys.stagedEntries(source, stage);
        database.forEach(Family.META, prefix, (name, value) -> {
            Decoder in = new Decoder(value);
            writeEntry(source, name, in.u8() == SET ? in.rest() : null, write);
            write.delete(Family.META, Keys.stagedEntry(source, stage, name));
        });
    }

    /** Adds the removal of a stage that will not be published to a write. */
    static void forgetStage(int source, int stage, WriteBuffer write) {
        write.deleteAll(Family.STAGED, Keys.stage(source, stage));
        write.deleteAll(Family.META, Keys.stagedEntries(source, stage));
    }

    /** Adds the removal of everything but rows and the record to a write. */
    static void forget(int source, WriteBuffer write) {
        write.deleteAll(Family.STAGED, Keys.stages(source));
        write.deleteAll(Family.META, Keys.tables(source));
        write.deleteAll(Family.META, Keys.entries(source));
        write.deleteAll(Family.META, Keys.stagedEntries(source));
    }

    private static void writeEntry(int source, String name, byte @Nullable [] value, WriteBuffer write) {
        if (value == null) {
            write.delete(Family.META, Keys.entry(source, name));
        } else {
            write.put(Family.META, Keys.entry(source, name), value);
        }
    }
}
