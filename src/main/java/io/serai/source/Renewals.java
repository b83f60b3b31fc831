package io.serai.source;

import io.serai.change.Relation;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.source.CatalogLook.Altered;
import io.serai.source.CatalogLook.Appeared;
import io.serai.source.CatalogLook.Difference;
import io.serai.source.CatalogLook.Gone;
import io.serai.source.Entries.CopyProgress;
import io.serai.source.SourceTable.Renewal;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceState;
import io.serai.storage.TableHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;

/**
 * Turns what a look at the catalog found into one write: the description of each table, the number under which its images are stored from now on
 * (its incarnation), and the end of whatever was known of its rows and of its copy. Confined to one thread.
 */
final class Renewals {
    private final SourceState state;
    private final NavigableMap<Integer, SourceTable> tables;
    private final CatalogLook look;
    private final SourceBatch write = new SourceBatch();
    private int nextTable;
    private int nextRelation;

    private Renewals(SourceState state, NavigableMap<Integer, SourceTable> tables, CatalogLook look) {
        this.state = state;
        this.tables = tables;
        this.look = look;
        this.nextTable = Entries.nextTable(state, tables);
        SortedSet<Integer> relations = Entries.relations(state);
        this.nextRelation = relations.isEmpty() ? 0 : relations.last() + 1;
    }

    /** The write that follows from the look. */
    static SourceBatch write(SourceState state, NavigableMap<Integer, SourceTable> tables, CatalogLook look) {
        Renewals renewals = new Renewals(state, tables, look);
        renewals.forgetRelations();
        look.differences().forEach(renewals::add);
        Entries.nextTable(renewals.write, renewals.nextTable);
        return renewals.write;
    }

    /** The write after which all tables are copied again: they are {@code now}, and {@code at} is where the log begins. */
    static SourceBatch write(
            SourceState state, NavigableMap<Integer, SourceTable> tables, List<CatalogTable> now, SourcePosition at) {
        Map<TableRef, CatalogTable> byName = new LinkedHashMap<>();
        now.forEach(table -> byName.put(table.relation().table(), table));
        List<Difference> differences = new ArrayList<>();
        for (SourceTable stored : tables.values()) {
            CatalogTable same = byName.remove(stored.table());
            differences.add(same == null ? new Gone(stored, "") : new Altered(stored, same, ""));
        }
        byName.values().forEach(table -> differences.add(new Appeared(table, "")));
        return write(state, tables, new CatalogLook(differences, at));
    }

    /**
     * The look, and with it each table that is to be read again although it is as it was: it was asked for, or the table has no key and its copy was
     * interrupted, so that what was added up is of no use without its snapshot.
     */
    static CatalogLook withReadAgain(SourceState state, Collection<SourceTable> tables, CatalogLook look) {
        List<Difference> differences = new ArrayList<>(look.differences());
        for (SourceTable table : tables) {
            int number = table.handle().number();
            CopyProgress progress = Entries.progress(state, number);
            boolean isAskedFor = Entries.repair(state, number) == Repair.COPY;
            boolean isInterrupted = table.isKeyless() && progress != null && !progress.isDone();
            if ((isAskedFor || isInterrupted)
                    && !table.isGone()
                    && look.differences().stream().noneMatch(difference -> difference.isOf(table))) {
                String why = isAskedFor
                        ? "Table \"" + table.table() + "\" is read again because that was asked for"
                        : "Table \"" + table.table() + "\" has no key, and its copy was interrupted";
                CatalogTable same =
                        new CatalogTable(table.relation(), table.identity(), Entries.estimate(state, number));
                differences.add(new Altered(table, same, why));
            }
        }
        return new CatalogLook(differences, look.at());
    }

    private void add(Difference difference) {
        switch (difference) {
            case Altered altered -> {
                forgetRows(altered.stored().handle());
                describe(altered.stored().handle(), altered.now());
            }
            case Gone gone -> {
                TableHandle table = gone.stored().handle();
                forgetRows(table);
                write.entry(Entries.renewal(table.number()), Entries.encode(new Renewal(look.at(), true)));
            }
            case Appeared appeared ->
                describe(new TableHandle(nextTable++, appeared.now().relation().table()), appeared.now());
        }
    }

    private void describe(TableHandle handle, CatalogTable now) {
        int number = handle.number();
        Relation relation = now.relation();
        SourceTable table = new SourceTable(handle, nextRelation++, relation, now.identity());
        write.entry(Entries.relation(table.relationNumber()), Entries.encode(relation));
        write.entry(Entries.table(number), Entries.encode(table));
        write.entry(Entries.renewal(number), Entries.encode(new Renewal(look.at(), false)));
        write.entry(Entries.estimate(number), Entries.text(Long.toString(now.estimatedRows())));
    }

    private void forgetRows(TableHandle table) {
        write.entry(Entries.planned(table.number()), null);
        write.entry(Entries.repair(table.number()), null); // the copy reads and routes all rows
        for (int chunk : Entries.chunks(state, table.number()).keySet()) {
            write.entry(Entries.chunk(table.number(), chunk), null);
        }
        Entries.listings(state)
                .getOrDefault(table.number(), Map.of())
                .forEach((key, listing) -> write.entry(Listings.entry(table, key, listing), null));
    }

    /** Relations that rows may still be stored under stay until no table is being renewed. */
    private void forgetRelations() {
        Collection<SourceTable> all = tables.values();
        if (all.stream().allMatch(table -> table.renewal() == null)) {
            SortedSet<Integer> unused = Entries.relations(state);
            all.forEach(table -> unused.remove(table.relationNumber()));
            unused.forEach(relation -> write.entry(Entries.relation(relation), null));
        }
    }
}
