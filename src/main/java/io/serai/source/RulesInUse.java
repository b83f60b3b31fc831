package io.serai.source;

import io.serai.storage.Generations;
import io.serai.syncrules.SyncRules;
import java.util.HashSet;
import java.util.List;

/**
 * What the rules of the live generations say of one source. Immutable.
 *
 * @param generations those that are alive
 * @param tables what any of them reads
 * @param activeTables what the active one reads
 * @param newestTables what the newest reads: whatever only the former one does must not keep it from being built
 * @param hasNewTables whether the newest may read tables that the former does not
 * @param rows what all of them make of rows
 */
record RulesInUse(
        Generations generations,
        TableSelection tables,
        TableSelection activeTables,
        TableSelection newestTables,
        boolean hasNewTables,
        SourceRules rows) {
    /** {@code live} are the rules of {@code generations}, in their order. */
    static RulesInUse of(Generations generations, List<SyncRules> live, String connectionTag, String defaultSchema) {
        SyncRules newest = live.getLast();
        return new RulesInUse(
                generations,
                new RulesSelection(live, connectionTag, defaultSchema),
                new RulesSelection(live.getFirst(), connectionTag, defaultSchema),
                new RulesSelection(newest, connectionTag, defaultSchema),
                !new HashSet<>(live.getFirst().tables(connectionTag)).containsAll(newest.tables(connectionTag)),
                new SourceRules(live, connectionTag, defaultSchema));
    }
}
