package io.serai.source.mysql;

import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks the server what its binary log has of transactions that a replica said nothing of ({@code SHOW BINLOG EVENTS}). Thread-safe. */
final class SilentTransactions {
    static final Pattern GTID = Pattern.compile(".*'([0-9a-fA-F-]{36}):(\\d+)'.*", Pattern.DOTALL);
    private static final Pattern USE = Pattern.compile("^use `(?:[^`]|``)*`; ");

    private final Connections connections;

    SilentTransactions(Connections connections) {
        this.connections = connections;
    }

    /**
     * A transaction.
     *
     * @param file of the log
     * @param offset where it begins
     * @param texts its statements, without the one that it begins with
     */
    record Found(Gtid gtid, String file, long offset, List<String> texts) {
        Found {
            texts = List.copyOf(texts);
        }
    }

    /** Those of {@code wanted} that are between the places, in their order; where no place to begin at is known, those in the file of the last. */
    List<Found> find(GtidSet wanted, GtidPosition after, RelayedLog.Place until)
            throws SQLException, InterruptedException {
        return connections.ask(connection -> {
            boolean isPlaced = !after.file().isEmpty() && after.server().equals(ServerState.uuid(connection));
            String first = isPlaced ? after.file() : until.file();
            Search search = new Search(wanted, until);
            boolean isReached = false;
            for (String file : BinlogListing.files(connection)) {
                isReached |= file.equals(first);
                if (isReached && !search.isOver) {
                    search.in(
                            connection,
                            file,
                            isPlaced && file.equals(first) ? after.offset() : BinlogListing.FIRST_OFFSET);
                }
            }
            return search.found;
        });
    }

    /** Whether no transaction has begun before this place that goes on behind it. */
    boolean isBetween(String file, long offset) throws SQLException, InterruptedException {
        return connections.ask(connection -> BinlogListing.isBetweenTransactions(connection, file, offset));
    }

    /** The statement of an event, without the database that it is executed in. */
    static String statement(String info) {
        return USE.matcher(info).replaceFirst("");
    }

    /** One search, from the beginning of the log to its end. */
    private static final class Search {
        private final GtidSet wanted;
        private final RelayedLog.Place until;
        private final List<Found> found = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();
        private @Nullable Gtid current;
        private long currentOffset;
        private boolean isOver;

        private Search(GtidSet wanted, RelayedLog.Place until) {
            this.wanted = wanted;
            this.until = until;
        }

        private void in(Connection connection, String file, long from) throws SQLException {
            BinlogListing.read(connection, file, from, (offset, type, info) -> {
                take(file, offset, type, info);
                return !isOver;
            });
            end(file);
            isOver |= file.equals(until.file());
        }

        private void take(String file, long offset, String type, String info) {
            if (file.equals(until.file()) && offset >= until.offset()) {
                end(file);
                isOver = true;
                return;
            }
            switch (type) {
                case "Gtid" -> {
                    end(file);
                    Matcher gtid = GTID.matcher(info);
                    if (gtid.matches()) {
                        String source = gtid.group(1).toLowerCase(Locale.ROOT);
                        Gtid next = new Gtid(source, Long.parseLong(gtid.group(2)), until.time());
                        current = next.isIn(wanted) ? next : null;
                        currentOffset = offset;
                    }
                }
                case "Query", "XA_prepare" -> texts.add(statement(info));
                default -> {
                    // rows, which were handed over
                }
            }
        }

        private void end(String file) {
            Gtid ended = current;
            if (ended != null) {
                found.add(new Found(ended, file, currentOffset, texts));
            }
            current = null;
            texts.clear();
        }
    }
}
