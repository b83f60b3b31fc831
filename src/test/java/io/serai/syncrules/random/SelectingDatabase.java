package io.serai.syncrules.random;

import io.serai.change.JsonText;
import io.serai.change.Row;
import io.serai.change.Value;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A database with the source tables, and with functions that tell of a client what those of the rules tell. Confined to one thread. */
final class SelectingDatabase implements AutoCloseable {
    private final TestDatabase database;
    private final Connection connection;

    SelectingDatabase() throws SQLException {
        // Text is ordered by its code units in the rules.
        database = PostgresServer.shared()
                .createDatabase("TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
        connection = database.connection();
        SourceTable.ALL.forEach(table -> database.execute(table.ddl()));
        database.execute(
                "CREATE SCHEMA auth",
                "CREATE SCHEMA connection",
                "CREATE SCHEMA subscription",
                "CREATE SCHEMA request",
                function("auth.user_id()", "text", "client.token", "->> 'sub'"),
                function("auth.parameter(text)", "text", "client.token", "->> $1"),
                function("connection.parameter(text)", "text", "client.parameters", "->> $1"),
                function("subscription.parameter(text)", "text", "client.subscription", "->> $1"),
                function("request.user_id()", "text", "client.token", "->> 'sub'"),
                function("request.jwt()", "json", "client.token", ""),
                function("request.parameters()", "json", "client.parameters", ""));
    }

    private static String function(String signature, String type, String setting, String member) {
        return "CREATE FUNCTION " + signature + " RETURNS " + type
                + " STABLE LANGUAGE sql AS $$ SELECT current_setting('" + setting + "')::json " + member + " $$";
    }

    /** Has these rows and no others. */
    void fill(List<Row> rows) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (SourceTable table : SourceTable.ALL) {
                statement.addBatch("DELETE FROM " + table.name());
            }
            statement.executeBatch();
        }
        for (Row row : rows) {
            StringJoiner values = new StringJoiner(", ", "(", ")");
            for (int i = 0; i < row.size(); i++) {
                values.add(literal(row.value(i)));
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO " + row.relation().table().name() + " VALUES " + values);
            }
        }
    }

    static String literal(Value value) {
        return switch (value) {
            case Value.IntegerValue integer -> Long.toString(integer.value());
            case Value.TextValue text -> "'" + text.value().replace("'", "''") + "'";
            case Value.NullValue none -> "NULL";
            default -> throw new IllegalArgumentException("no column has " + value);
        };
    }

    /** Table, id and data of each row that the config's queries select for the client. */
    Set<String> rows(RandomConfig config, RandomClient client) throws SQLException {
        set("client.token", client.token());
        set("client.parameters", client.parameters());
        Set<String> rows = new TreeSet<>();
        for (RandomConfig.Selection selection : config.selections()) {
            if (selection.stream().isEmpty()) {
                set("client.subscription", "{}");
                select(selection, rows);
            }
            for (RandomClient.RandomSubscription subscription : client.subscriptions()) {
                if (subscription.stream().equals(selection.stream())) {
                    set("client.subscription", subscription.parameters());
                    select(selection, rows);
                }
            }
        }
        return rows;
    }

    private void set(String setting, String value) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT set_config(?, ?, false)")) {
            statement.setString(1, setting);
            statement.setString(2, value);
            statement.execute();
        }
    }

    private void select(RandomConfig.Selection selection, Set<String> rows) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(selection.sql())) {
            ResultSetMetaData columns = result.getMetaData();
            while (result.next()) {
                StringJoiner members = new StringJoiner(",", "{", "}");
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    members.add(JsonText.quoted(columns.getColumnLabel(i)) + ":" + json(result.getObject(i)));
                }
                rows.add(selection.table() + " " + result.getString("id") + " " + members);
            }
        }
    }

    private static String json(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Boolean truth -> truth ? "1" : "0";
            case Number number -> number.toString();
            default -> JsonText.quoted(value.toString());
        };
    }

    @Override
    public void close() throws SQLException {
        connection.close();
        database.close();
    }
}
