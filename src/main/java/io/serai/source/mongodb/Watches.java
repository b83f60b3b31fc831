package io.serai.source.mongodb;

import io.serai.change.TableRef;
import io.serai.source.SourceTable;
import io.serai.source.TableSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is watched. Immutable.
 *
 * @param list the whole cluster, or databases, or, where the user may read only single collections of a database, those
 * @param isComplete whether a wanted collection that appears is watched already
 */
record Watches(List<Watch> list, boolean isComplete) {
    /** The widest that the privileges allow and the selection needs. */
    static Watches choose(
            Privileges privileges,
            MongoSettings settings,
            TableSelection selection,
            Catalog catalog,
            List<SourceTable> tables) {
        Set<String> databases = new TreeSet<>(selection.schemas().orElse(Set.of(settings.database())));
        catalog.collections()
                .forEach(collection -> databases.add(collection.table().schema()));
        boolean areAllKnown = selection.schemas().isPresent();
        if ((databases.size() > 1 || !areAllKnown) && privileges.allowWatchOfCluster()) {
            return new Watches(List.of(Watch.CLUSTER), true);
        }
        List<Watch> list = new ArrayList<>();
        boolean isComplete = areAllKnown;
        for (String database : databases) {
            if (privileges.allowWatch(database)) {
                list.add(Watch.of(database));
            } else {
                isComplete = false;
                addCollections(database, settings, tables, list);
            }
        }
        return new Watches(list, isComplete);
    }

    private static void addCollections(
            String database, MongoSettings settings, List<SourceTable> tables, List<Watch> list) {
        tables.stream()
                .filter(table -> !table.isGone() && table.table().schema().equals(database))
                .forEach(table -> list.add(Watch.of(table.table())));
        if (database.equals(settings.database())) {
            list.add(Watch.of(new TableRef(database, Catalog.CHECKPOINTS)));
        }
    }
}
