package io.serai.source.debezium;

import io.debezium.config.Configuration;
import io.debezium.connector.postgresql.PostgresConnectorConfig;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables.TableFilter;
import io.serai.change.Lsn;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceDatabase;
import io.serai.source.SourceTable;
import io.serai.source.SourceTransaction;
import io.serai.source.TableSelection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Debezium's connector for Postgres, in version 3.4.0. */
final class PostgresConnector implements Connector {
    private static final char FIRST_OF_A_NEGATIVE_BYTE = 0xff80;
    private static final Map<String, String> OWN_OPTIONS = Map.of(
            "hostname", "database.hostname",
            "port", "database.port",
            "database", "database.dbname",
            "username", "database.user",
            "password", "database.password",
            "sslmode", "database.sslmode");

    /** The ends of transactions that a log had begun to leave out before it knew where they end; see {@link PostgresRecords}. */
    private final Map<Long, SourcePosition> knownEnds = new ConcurrentHashMap<>();

    @Override
    public String ownScheme() {
        return "serai-postgres";
    }

    @Override
    public Map<String, String> ownOptions(Map<String, String> engine, String where) {
        Map<String, String> options = new HashMap<>();
        OWN_OPTIONS.forEach((option, property) -> {
            String value = engine.get(property);
            if (value != null) {
                options.put(option, value);
            }
        });
        return options;
    }

    @Override
    public Map<String, String> required() {
        Map<String, String> required = new TreeMap<>(Settings.REQUIRED);
        required.put("plugin.name", "pgoutput");
        required.put("publication.autocreate.mode", "disabled");
        required.put("include.unknown.datatypes", "true");
        return required;
    }

    @Override
    public Set<String> harmless() {
        return Set.of(
                "database.sslcert",
                "database.sslkey",
                "database.sslmode",
                "database.sslpassword",
                "database.sslrootcert",
                "database.tcpkeepalive",
                "hstore.handling.mode",
                "interval.handling.mode",
                "lsn.flush.timeout.ms",
                "slot.max.retries",
                "slot.retry.delay.ms",
                "status.update.interval.ms",
                "xmin.fetch.interval.ms");
    }

    @Override
    public Map<String, String> given(String logName) {
        Map<String, String> given = new TreeMap<>();
        given.put("slot.name", logName);
        given.put("publication.name", "powersync");
        given.put("lsn.flush.mode", "connector");
        given.put("converters", "serai");
        given.put("serai.type", PostgresText.class.getName());
        given.put(
                "driver.options",
                "-c IntervalStyle=postgres -c bytea_output=hex -c extra_float_digits=3 -c search_path=pg_catalog");
        return given;
    }

    /** Without {@code lsn_proc} the engine looks for the first commit after it and goes back to its BEGIN (WalPositionLocator). */
    @Override
    public String offset(SourcePosition position) {
        long lsn = ((Lsn) position).value();
        return "{\"lsn\":" + lsn + ",\"lsn_commit\":" + lsn + "}";
    }

    /** The slot knows where the log goes on. */
    @Override
    public void prove(SourceDatabase own, SourcePosition stored, @Nullable SourceTransaction last) {}

    @Override
    public RecordDecoder decoder(
            SourceDatabase own,
            SourcePosition from,
            List<SourceTable> tables,
            TableSelection selection,
            SourcePosition lookedAt,
            String where) {
        requireUtc(where);
        return new PostgresRecords(this, from, tables, selection, lookedAt, knownEnds, where);
    }

    /** The driver lets the server write times in the JVM's zone, also inside of values that only Serai takes apart. */
    private static void requireUtc(String where) {
        ZoneId zone = TimeZone.getDefault().toZoneId();
        if (!zone.normalized().equals(ZoneOffset.UTC)) {
            throw new SeraiException(
                    ErrorCode.DEBEZIUM_SERVER,
                    "The time zone of the JVM is " + zone + "; Debezium's engine has times written in it",
                    where,
                    "Start the JVM with -Duser.timezone=UTC (SERAI_JAVA_OPTS).");
        }
    }

    /** Heartbeats are left to the user. */
    @Override
    public @Nullable Duration silence() {
        return null;
    }

    /** The position after the transaction whose END has this offset. */
    SourcePosition position(Map<String, ?> offset) {
        Object lsn = offset.get("lsn");
        if (lsn instanceof Number number) {
            return new Lsn(number.longValue());
        }
        throw new IllegalArgumentException("an offset without its LSN");
    }

    /** A position inside the transaction that ends at {@code end}, after all that ended before. */
    SourcePosition before(SourcePosition end) {
        return new Lsn(((Lsn) end).value() - 1);
    }

    /** The number of the transaction that Debezium calls so. */
    long transactionId(String id) {
        int colon = id.indexOf(':');
        return Long.parseLong(colon < 0 ? id : id.substring(0, colon));
    }

    @Override
    public TableFilter tableFilter(Configuration configuration) {
        return new PostgresConnectorConfig(configuration).getTableFilters().dataCollectionFilter();
    }

    @Override
    public TableId tableId(TableRef table) {
        return new TableId(null, table.schema(), table.name());
    }

    /** Each byte of a name in the log becomes a character (PgOutputMessageDecoder.readString), those of other letters negative ones. */
    @Override
    public String name(String given) {
        if (given.chars().noneMatch(character -> character >= FIRST_OF_A_NEGATIVE_BYTE)) {
            return given;
        }
        byte[] bytes = new byte[given.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) given.charAt(i);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
