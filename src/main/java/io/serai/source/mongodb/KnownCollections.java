package io.serai.source.mongodb;

import io.serai.change.ClusterTime;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceTable;
import io.serai.source.TableSelection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The collections that a stream was opened for, and what its events say against that. Confined to one thread, except {@link #moved}. */
final class KnownCollections {
    private final Server server;
    private final Watches watches;
    private final MongoSettings settings;
    private final TableSelection selection;
    private final Map<UUID, SourceTable> tables = new HashMap<>();
    private final Set<UUID> notFollowed;
    private final Set<Integer> moved = ConcurrentHashMap.newKeySet();

    /** Collections that were made before this time are known, or gone; unsigned. */
    private long knownUntil;

    KnownCollections(
            Server server,
            Watches watches,
            MongoSettings settings,
            TableSelection selection,
            List<SourceTable> tables,
            Catalog catalog) {
        this.server = server;
        this.watches = watches;
        this.settings = settings;
        this.selection = selection;
        this.notFollowed = catalog.notFollowed(settings.postImages());
        this.knownUntil = catalog.began().value();
        for (SourceTable table : tables) {
            if (!table.isGone()) {
                this.tables.put(UUID.fromString(table.identity()), table);
            }
        }
    }

    /** The table that a change belongs to, or null for one that is of no interest, or of a collection that had the name before. */
    @Nullable
    SourceTable table(ChangeEvent event) {
        SourceTable table = event.isChange() ? tables.get(event.collection()) : null;
        return table != null && table.table().equals(event.table()) ? table : null;
    }

    /**
     * How far the streams have come that passed {@code passed}. A cursor of a single collection says nothing of one that appears: nothing is passed
     * before it is known that none did.
     *
     * @throws SeraiException {@link ErrorCode#SOURCE_TABLE_CHANGED} if one did
     */
    long passed(long passed) throws InterruptedException {
        if (watches.isComplete() || Long.compareUnsigned(passed, knownUntil) < 0) {
            return passed;
        }
        Catalog now = Catalog.look(server, settings.database(), selection);
        for (Catalog.Collection collection : now.collections()) {
            UUID uuid = collection.uuid();
            if (uuid != null && collection.isFollowed(settings.postImages()) && !tables.containsKey(uuid)) {
                throw changed(collection.table(), "appeared", settings);
            }
        }
        long former = knownUntil;
        knownUntil = now.began().value();
        return Long.compareUnsigned(passed, knownUntil) <= 0 ? passed : former;
    }

    /** Whether an event cannot be if the collections are those that are known: the catalog must be looked at again. */
    boolean contradicts(ChangeEvent event) {
        UUID uuid = event.collection();
        SourceTable known = uuid == null ? null : tables.get(uuid);
        return switch (event.kind()) {
            case INSERT, UPDATE, REPLACE, DELETE, CREATE -> known == null && isNew(event, event.table());
            case DROP -> known != null;
            case RENAME -> known != null ? isMoved(known, event) : isNew(event, event.renamedTo());
            case INVALIDATE, OTHER -> false;
        };
    }

    /** The numbers of tables whose collections had other names at times, whatever they are called when they are looked at. Thread-safe. */
    Set<Integer> moved() {
        return moved;
    }

    /** What was renamed before the look that found it is as the look found it. */
    private boolean isMoved(SourceTable known, ChangeEvent event) {
        boolean isMoved = !known.table().equals(event.renamedTo()) && !known.isOutdated(new ClusterTime(event.time()));
        if (isMoved) {
            moved.add(known.handle().number());
        }
        return isMoved;
    }

    /** Collections are not those that are stored. */
    static SeraiException changed(TableRef collection, String what, MongoSettings settings) {
        return new SeraiException(
                ErrorCode.SOURCE_TABLE_CHANGED,
                "Collection \"" + collection + "\" " + what,
                settings.where(),
                ErrorCode.SOURCE_TABLE_CHANGED.remedy());
    }

    private boolean isNew(ChangeEvent event, TableRef table) {
        return event.collection() != null
                && Long.compareUnsigned(event.time(), knownUntil) > 0
                && !notFollowed.contains(event.collection())
                && !Catalog.isInternal(table.name())
                && selection.isWanted(table);
    }
}
