package io.serai.source.debezium;

import io.debezium.config.Configuration;
import io.debezium.connector.mysql.MySqlConnectorConfig;
import io.debezium.relational.TableId;
import io.debezium.relational.Tables.TableFilter;
import io.serai.change.GtidPosition;
import io.serai.change.SourcePosition;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceDatabase;
import io.serai.source.SourceTable;
import io.serai.source.SourceTransaction;
import io.serai.source.TableSelection;
import io.serai.source.mysql.MysqlDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Debezium's connector for MySQL, in version 3.4.0. */
final class MysqlConnector implements Connector {
    /** The server says every 0.8 of a second that it is there (BinlogStreamingChangeEventSource), which becomes a record. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private static final Pattern PLAIN_NAME = Pattern.compile("[\\w$]+");

    @Override
    public String ownScheme() {
        return "serai-mysql";
    }

    /** Serai's own endpoint has no options for encryption, nor Debezium's one for the database that names without a database belong to. */
    @Override
    public Map<String, String> ownOptions(Map<String, String> engine, String where) {
        String database = engine.getOrDefault("database.include.list", "");
        boolean isEncrypted = !"disabled".equals(engine.get("database.ssl.mode"));
        if (isEncrypted || !PLAIN_NAME.matcher(database).matches()) {
            throw new SeraiException(
                    ErrorCode.DEBEZIUM_SETTING,
                    "The endpoint does not tell "
                            + (isEncrypted
                                    ? "how Serai's own connections are encrypted"
                                    : "which database the sync config means by names without one"),
                    where,
                    (isEncrypted ? "Set databaseSslMode to disabled" : "Set databaseIncludeList to its name")
                            + ", or bind a MysqlSource under the endpoint's name.");
        }
        return Map.of(
                "hostname", engine.getOrDefault("database.hostname", ""),
                "port", engine.getOrDefault("database.port", ""),
                "database", database,
                "username", engine.getOrDefault("database.user", ""),
                "password", engine.getOrDefault("database.password", ""));
    }

    @Override
    public Map<String, String> required() {
        Map<String, String> required = new TreeMap<>(Settings.REQUIRED);
        required.put("schema.history.internal", StoredSchemas.class.getName());
        return required;
    }

    @Override
    public Set<String> harmless() {
        return Set.of(
                "bigint.unsigned.handling.mode",
                "connect.timeout.ms",
                "database.exclude.list",
                "database.include.list",
                "database.ssl.keystore",
                "database.ssl.keystore.password",
                "database.ssl.mode",
                "database.ssl.truststore",
                "database.ssl.truststore.password",
                "enable.time.adjuster",
                "min.row.count.to.stream.results",
                "streaming.delay.ms",
                "use.nongraceful.disconnect");
    }

    /**
     * The engine hands over each statement that it sees, also one that it cannot parse, and skips rows of tables that it was not told: so it comes to
     * nothing that stops it, and Serai sees what may have altered a table. It does not connect again by itself: that may deliver twice.
     */
    @Override
    public Map<String, String> given(String logName) {
        Map<String, String> given = new TreeMap<>();
        given.put("database.server.id", logName);
        given.put("converters", "serai");
        given.put("serai.type", MysqlValues.class.getName());
        given.put("schema.history.internal.skip.unparseable.ddl", "true");
        given.put("schema.history.internal.ddl.filter", "(?!)");
        given.put("inconsistent.schema.handling.mode", "skip");
        given.put("connect.keep.alive", "false");
        given.put("connect.keep.alive.interval.ms", "1000");
        given.put("heartbeat.interval.ms", "500");
        given.put("driver.connectionTimeZone", "UTC");
        given.put("driver.allowPublicKeyRetrieval", "true");
        return given;
    }

    /** The engine asks for what the set lacks; only where it is empty the file counts, and an empty name is the beginning of the log. */
    @Override
    public String offset(SourcePosition position) {
        return "{\"file\":\"\",\"pos\":4,\"gtids\":\"" + ((GtidPosition) position).executed() + "\"}";
    }

    @Override
    public void prove(SourceDatabase own, SourcePosition stored, @Nullable SourceTransaction last)
            throws SQLException, InterruptedException {
        if (last != null) {
            ((MysqlDatabase) own).prove(stored, last);
        }
    }

    @Override
    public RecordDecoder decoder(
            SourceDatabase own,
            SourcePosition from,
            List<SourceTable> tables,
            TableSelection selection,
            SourcePosition lookedAt,
            String where)
            throws SQLException, InterruptedException {
        MysqlDatabase database = (MysqlDatabase) own;
        return new MysqlRecords(database, database.relayedLog(from, tables, selection, lookedAt), where);
    }

    @Override
    public Duration silence() {
        return SILENCE;
    }

    @Override
    public TableFilter tableFilter(Configuration configuration) {
        return new MySqlConnectorConfig(configuration).getTableFilters().dataCollectionFilter();
    }

    @Override
    public TableId tableId(TableRef table) {
        return new TableId(table.schema(), null, table.name());
    }

    @Override
    public String name(String given) {
        return given;
    }
}
