package io.serai.syncrules.compiler;

import io.serai.syncrules.parser.SqlSelect;
import io.serai.syncrules.parser.SyncConfig.NamedQuery;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The common tables that a stream sees: its own, then those of all streams. Remembers which were used. Confined to one thread. */
final class CommonTables {
    private final @Nullable CommonTables shared;
    private final Report report;
    private final Map<String, Entry> entries = new HashMap<>();
    private final Set<String> used = new HashSet<>();

    /** Tables that hide those of {@code shared}, which may be null. */
    CommonTables(List<NamedQuery> tables, @Nullable CommonTables shared, Report report) {
        this.shared = shared;
        this.report = report;
        for (NamedQuery table : tables) {
            Query query = new Query("with " + table.name(), table.query(), report);
            Optional<SqlSelect> select = query.parse(true);
            select.ifPresent(parsed -> query.refuseClauses(parsed, true));
            entries.put(folded(table.name()), new Entry(table, query, select));
        }
    }

    /** A common table; {@code select} is empty when it could not be read. */
    record Entry(NamedQuery table, Query query, Optional<SqlSelect> select) {}

    /** The common table with this name, which counts as used from now on. */
    Optional<Entry> use(String name) {
        String folded = folded(name);
        Entry entry = entries.get(folded);
        if (entry != null) {
            used.add(folded);
            return Optional.of(entry);
        }
        return shared == null ? Optional.empty() : shared.use(name);
    }

    /** What the common tables themselves see: none. */
    CommonTables none() {
        return new CommonTables(List.of(), null, report);
    }

    /** Reports what is wrong in those that no query uses, and warns of them. */
    void checkUnused(Dialect dialect) {
        entries.forEach((name, entry) -> {
            if (!used.contains(name)) {
                new StreamQueryReader(new StreamSources(ConnectionTags.any()), none(), dialect).commonTable(entry);
                report.warning(
                        "cte.unused",
                        entry.table.nameSpan(),
                        "No query uses the common table \"" + entry.table.name() + "\"");
            }
        });
    }

    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
