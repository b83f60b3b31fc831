package io.serai.source.mysql;

import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Follows in the server's listing of its binary log what another replica that reads it passes over: partial updates, and files that are loaded in
 * statement format. What is asked for first is looked up together with all that the log has by then. Confined to one thread.
 */
final class UnseenChanges {
    private static final Pattern TABLE_MAP = Pattern.compile("table_id: (\\d+) \\((.*?)\\)(?: /\\*.*)?");
    private static final Pattern ROWS = Pattern.compile("table_id: (\\d+).*");

    private final Connections connections;
    private final GtidPosition from;

    private String file = "";
    private long next = BinlogListing.FIRST_OFFSET;
    private GtidSet listed = GtidSet.EMPTY;
    private final Map<String, Found> found = new HashMap<>();

    private String current = "";
    private final Map<String, String> tables = new HashMap<>();
    private final Found ofCurrent = new Found(new HashSet<>(), new HashSet<>());

    /** Those behind {@code from}. */
    UnseenChanges(Connections connections, GtidPosition from) {
        this.connections = connections;
        this.from = from;
    }

    /**
     * What is unseen of a transaction.
     *
     * @param tables of which a row was updated in part, as {@code schema.table}
     * @param statements that loaded a file
     */
    record Found(Set<String> tables, Set<String> statements) {
        private boolean isEmpty() {
            return tables.isEmpty() && statements.isEmpty();
        }

        private Found taken() {
            Found taken = new Found(Set.copyOf(tables), Set.copyOf(statements));
            tables.clear();
            statements.clear();
            return taken;
        }
    }

    /**
     * What of this transaction the replica does not hand over, or null when it is nothing.
     *
     * @param in a file that is not behind it
     */
    @Nullable
    Found of(Gtid gtid, String in) throws SQLException, InterruptedException {
        if (!gtid.isIn(listed)) {
            connections.ask(connection -> {
                list(connection, in);
                return true;
            });
        }
        if (!gtid.isIn(listed)) {
            throw new SQLException("the server does not list transaction " + gtid.text() + ", which it has sent");
        }
        return found.remove(gtid.text());
    }

    private void list(Connection connection, String in) throws SQLException {
        if (file.isEmpty()) {
            boolean isPlaced = !from.file().isEmpty() && from.server().equals(ServerState.uuid(connection));
            file = isPlaced ? from.file() : in;
            next = isPlaced ? from.offset() : BinlogListing.FIRST_OFFSET;
        }
        List<String> files = BinlogListing.files(connection);
        for (String later : files.subList(Math.max(0, files.indexOf(file)), files.size())) {
            if (!later.equals(file)) {
                file = later;
                next = BinlogListing.FIRST_OFFSET;
            }
            next = BinlogListing.read(connection, file, next, this::take);
            end();
        }
    }

    private boolean take(long offset, String type, String info) {
        switch (type) {
            case "Gtid" -> {
                end();
                Matcher gtid = SilentTransactions.GTID.matcher(info);
                current = gtid.matches() ? gtid.group(1).toLowerCase(Locale.ROOT) + ":" + gtid.group(2) : "";
            }
            case "Table_map" -> {
                Matcher map = TABLE_MAP.matcher(info);
                if (map.matches()) {
                    tables.put(map.group(1), map.group(2));
                }
            }
            case "Update_rows_partial" -> {
                Matcher rows = ROWS.matcher(info);
                if (rows.matches()) {
                    ofCurrent.tables().add(tables.getOrDefault(rows.group(1), ""));
                }
            }
            case "Execute_load_query" -> ofCurrent.statements().add(SilentTransactions.statement(info));
            default -> {
                // the replica hands it over
            }
        }
        return true;
    }

    /** A server shows no part of a transaction. */
    private void end() {
        if (!current.isEmpty()) {
            int colon = current.lastIndexOf(':');
            listed = listed.with(current.substring(0, colon), Long.parseLong(current.substring(colon + 1)));
            if (!ofCurrent.isEmpty()) {
                found.put(current, ofCurrent.taken());
            }
        }
        current = "";
        tables.clear();
    }
}
