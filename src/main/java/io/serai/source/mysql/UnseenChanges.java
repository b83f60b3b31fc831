package io.serai.source.mysql;

import io.serai.change.GtidSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Follows in the server's listing of its binary log what another replica that reads it passes over: partial updates, files that are loaded in statement
 * format, events that it failed at, whose transaction it may end nevertheless, and incidents. The listing begins with the transaction that is asked for
 * first; each is looked up together with what the log has by then. Confined to one thread.
 */
final class UnseenChanges {
    private static final Pattern TABLE_MAP = Pattern.compile("table_id: (\\d+) \\((.*?)\\)(?: /\\*.*)?");
    private static final Pattern ROWS = Pattern.compile("table_id: (\\d+).*");
    /** How many events are listed at once, unless the wanted transaction is behind them: the replica waits meanwhile. */
    private static final int MOST_AT_ONCE = 10_000;

    private final Connections connections;
    private final Predicate<String> isFollowed;

    private String file = "";
    private long next;
    private GtidSet listed = GtidSet.EMPTY;
    /** In the order of the log. */
    private final Map<String, Found> found = new LinkedHashMap<>();

    private String current = "";
    private final Map<String, String> tables = new HashMap<>();
    private final Found ofCurrent = new Found(new HashSet<>(), new HashSet<>(), new HashSet<>(), new HashMap<>());
    private int events;
    private boolean isAhead;

    /** @param isFollowed whether rows of a table count, which is named as {@code schema.table} */
    UnseenChanges(Connections connections, Predicate<String> isFollowed) {
        this.connections = connections;
        this.isFollowed = isFollowed;
    }

    /**
     * What a transaction has.
     *
     * @param partly the tables of which a row was updated in part, as {@code schema.table}
     * @param changed those of which a whole row was updated or deleted
     * @param statements that loaded a file
     * @param rows how many events with whole rows it has of a table
     */
    record Found(Set<String> partly, Set<String> changed, Set<String> statements, Map<String, Integer> rows) {
        private static final Found NOTHING = new Found(Set.of(), Set.of(), Set.of(), Map.of());

        private boolean isEmpty() {
            return partly.isEmpty() && statements.isEmpty() && rows.isEmpty();
        }

        private Found taken() {
            Found taken = new Found(Set.copyOf(partly), Set.copyOf(changed), Set.copyOf(statements), Map.copyOf(rows));
            partly.clear();
            changed.clear();
            statements.clear();
            rows.clear();
            return taken;
        }
    }

    /**
     * What this transaction has. Those before it are not asked for any more.
     *
     * @param in its file
     * @param offset where it begins, or what follows its identifier
     */
    Found of(Gtid gtid, String in, long offset) throws SQLException, InterruptedException {
        if (file.isEmpty()) {
            file = in;
            next = offset;
            current = gtid.text();
        }
        if (!gtid.isIn(listed)) {
            connections.ask(connection -> {
                list(connection, gtid);
                return true;
            });
        }
        if (!gtid.isIn(listed)) {
            throw new SQLException("the server does not list transaction " + gtid.text() + ", which it has sent");
        }
        Found of = found.get(gtid.text());
        if (of == null) {
            return Found.NOTHING;
        }
        Iterator<String> before = found.keySet().iterator();
        String removed;
        do {
            removed = before.next();
            before.remove();
        } while (!removed.equals(gtid.text()));
        return of;
    }

    private void list(Connection connection, Gtid wanted) throws SQLException {
        events = 0;
        isAhead = false;
        List<String> files = BinlogListing.files(connection);
        for (String later : files.subList(Math.max(0, files.indexOf(file)), files.size())) {
            if (!later.equals(file)) {
                file = later;
                next = BinlogListing.FIRST_OFFSET;
            }
            long end = BinlogListing.read(
                    connection, file, next, (offset, type, info) -> take(wanted, offset, type, info));
            if (isAhead) {
                return;
            }
            next = end;
            end();
        }
    }

    /** Stops before a transaction when there is enough behind the one that is wanted. */
    private boolean take(Gtid wanted, long offset, String type, String info) {
        events++;
        switch (type) {
            case "Gtid" -> {
                end();
                if (events > MOST_AT_ONCE && wanted.isIn(listed)) {
                    next = offset;
                    isAhead = true;
                    return false;
                }
                Matcher gtid = SilentTransactions.GTID.matcher(info);
                current = gtid.matches() ? gtid.group(1).toLowerCase(Locale.ROOT) + ":" + gtid.group(2) : "";
            }
            case "Table_map" -> {
                Matcher map = TABLE_MAP.matcher(info);
                if (map.matches()) {
                    tables.put(map.group(1), map.group(2));
                }
            }
            case "Update_rows_partial" -> ofCurrent.partly().add(table(info));
            case "Write_rows", "Update_rows", "Delete_rows", "Write_rows_v1", "Update_rows_v1", "Delete_rows_v1" -> {
                String table = table(info);
                if (isFollowed.test(table)) {
                    ofCurrent.rows().merge(table, 1, Integer::sum);
                    if (!type.startsWith("Write")) {
                        ofCurrent.changed().add(table);
                    }
                }
            }
            case "Incident" ->
                throw LogTransaction.lost("The server says that its binary log lacks events (an incident)");
            case "Execute_load_query" -> ofCurrent.statements().add(SilentTransactions.statement(info));
            default -> {
                // the replica hands it over
            }
        }
        return true;
    }

    private String table(String info) {
        Matcher rows = ROWS.matcher(info);
        return rows.matches() ? tables.getOrDefault(rows.group(1), "") : "";
    }

    /** A server shows no part of a transaction. */
    private void end() {
        Found taken = ofCurrent.taken();
        if (!current.isEmpty()) {
            int colon = current.lastIndexOf(':');
            listed = listed.with(current.substring(0, colon), Long.parseLong(current.substring(colon + 1)));
            if (!taken.isEmpty()) {
                found.put(current, taken);
            }
        }
        current = "";
        tables.clear();
    }
}
