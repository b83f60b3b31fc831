package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.Lsn;
import io.serai.error.ErrorCode;
import io.serai.source.Finding;
import io.serai.source.LogReader;
import io.serai.source.SourceDatabase.Start;
import io.serai.source.postgres.PostgresSettings.SslMode;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.TcpProxy;
import io.serai.testsupport.TestCertificate;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose certificate, for {@code db.example}, it signed itself. */
class EncryptedConnectionIT {
    private static final String NAME = "db.example";

    @SuppressWarnings("NullAway.Init") // by start
    private static PostgresServer server;

    @SuppressWarnings("NullAway.Init")
    private static TestDatabase database;

    @SuppressWarnings("NullAway.Init")
    private static String certificate;

    @SuppressWarnings("NullAway.Init")
    private static String key;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        TestCertificate own = TestCertificate.of(NAME, folder);
        certificate = own.pem();
        key = own.key();
        server = PostgresServer.own();
        database = server.createDatabase();
        database.execute(
                "CREATE TABLE todos (id int PRIMARY KEY, title text)", "CREATE PUBLICATION powersync FOR ALL TABLES");
        writeOnServer("server.crt", certificate);
        writeOnServer("server.key", key);
        database.execute(
                "ALTER SYSTEM SET ssl = on", "ALTER SYSTEM SET ssl_ca_file = 'server.crt'", "SELECT pg_reload_conf()");
    }

    @AfterAll
    static void stop() {
        database.close();
        server.close();
    }

    @Test
    void readsLogAndTablesFromTheServerThatTheCertificateNames() throws Exception {
        try (PostgresDatabase source = source(SslMode.VERIFY_FULL, certificate, NAME)) {
            Start start = source.prepare();
            database.execute("INSERT INTO todos SELECT i, repeat('x', 500) FROM generate_series(1, 5000) i");

            RecordedLog log = new RecordedLog();
            try (LogReader reader = source.log(
                    start.position(), null, List.of(), ReplicatedDatabase.selection(table -> false), Lsn.ZERO)) {
                while (log.all().isEmpty()) {
                    reader.read(log, Duration.ofMillis(50));
                }
            }
            source.teardown();

            assertThat(database.value("SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl"
                            + " AND application_name = 'serai shop'"))
                    .isNotEqualTo("0");
        }
    }

    /** The reader polls with a timeout, which can end in the middle of an encrypted record. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsALogThatArrivesInTheSmallestPieces(boolean byteByByte) throws Exception {
        try (TcpProxy proxy = TcpProxy.before(server);
                PostgresDatabase source = new PostgresDatabase(
                        settings(SslMode.VERIFY_FULL, certificate, NAME, proxy.port()), "storage1")) {
            Start start = source.prepare();
            database.execute(
                    "SELECT pg_logical_emit_message(true, 'test', repeat('x', 40000))", "SELECT txid_current()");
            Lsn head = (Lsn) source.head();

            RecordedLog log = new RecordedLog();
            try (LogReader reader = source.log(
                    start.position(), null, List.of(), ReplicatedDatabase.selection(table -> false), Lsn.ZERO)) {
                if (byteByByte) {
                    proxy.trickle();
                } else {
                    proxy.slow(10_000);
                }
                reader.requestPosition();
                while (log.reached().compareTo(head) <= 0) {
                    reader.read(log, Duration.ofMillis(50));
                }
            }
            proxy.resume();
            source.teardown();
        }
    }

    @Test
    void refusesAServerThatTheCertificateDoesNotName() throws Exception {
        assertRefused(source(SslMode.VERIFY_FULL, certificate, null));
        assertAccepted(source(SslMode.VERIFY_CA, certificate, null));
    }

    @Test
    void refusesAnAuthorityThatItDoesNotKnow() throws Exception {
        assertRefused(source(SslMode.VERIFY_FULL, null, NAME));
        assertRefused(source(SslMode.VERIFY_CA, null, null));
        assertAccepted(source(SslMode.REQUIRE, null, null));
    }

    @Test
    void showsItsOwnCertificateToAServerThatWantsOne() throws Exception {
        try (Connection admin = database.connection(); // afterwards the server wants certificates of new ones
                Statement statement = admin.createStatement()) {
            writeOnServer(admin, "pg_hba.conf", "hostssl all all 127.0.0.1/32 trust clientcert=verify-ca\n");
            statement.execute("SELECT pg_reload_conf(), pg_sleep(0.5)");
            try {
                assertRefused(source(SslMode.VERIFY_CA, certificate, null));
                assertAccepted(new PostgresDatabase(
                        withCertificate(settings(SslMode.VERIFY_CA, certificate, null)), "storage1"));
            } finally {
                writeOnServer(admin, "pg_hba.conf", "host all all 127.0.0.1/32 trust\n");
                statement.execute("SELECT pg_reload_conf(), pg_sleep(0.5)");
            }
        }
    }

    private static void assertAccepted(PostgresDatabase source) throws Exception {
        try (source) {
            assertThat(source.check(ReplicatedDatabase.PUBLIC))
                    .noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
        }
    }

    private static void assertRefused(PostgresDatabase source) {
        try (source) {
            assertThatThrownBy(() -> source.check(ReplicatedDatabase.PUBLIC))
                    .satisfies(failure -> assertThat(source.explain(failure).code())
                            .isIn(ErrorCode.SOURCE_CONNECTION_FAILED, ErrorCode.SOURCE_AUTHENTICATION_FAILED));
        }
    }

    private static PostgresDatabase source(SslMode mode, @Nullable String authority, @Nullable String name) {
        return new PostgresDatabase(settings(mode, authority, name), "storage1");
    }

    private static PostgresSettings settings(SslMode mode, @Nullable String authority, @Nullable String name) {
        return settings(mode, authority, name, server.port());
    }

    private static PostgresSettings settings(
            SslMode mode, @Nullable String authority, @Nullable String name, int port) {
        PostgresSettings plain = PostgresSettings.of("shop", database.uri());
        return new PostgresSettings(
                plain.id(),
                plain.hostname(),
                port,
                plain.database(),
                plain.username(),
                plain.password(),
                mode,
                authority,
                null,
                null,
                name,
                plain.slotPrefix(),
                plain.failoverSlot(),
                plain.connectTimeout());
    }

    private static PostgresSettings withCertificate(PostgresSettings settings) {
        return new PostgresSettings(
                settings.id(),
                settings.hostname(),
                settings.port(),
                settings.database(),
                settings.username(),
                settings.password(),
                settings.sslMode(),
                settings.cacert(),
                certificate,
                key,
                null,
                settings.slotPrefix(),
                settings.failoverSlot(),
                settings.connectTimeout());
    }

    private static void writeOnServer(String file, String text) throws SQLException {
        try (Connection connection = database.connection()) {
            writeOnServer(connection, file, text);
        }
    }

    private static void writeOnServer(Connection connection, String file, String text) throws SQLException {
        try (Statement statement = connection.createStatement();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO lines (line) VALUES (?)")) {
            statement.execute("CREATE TEMPORARY TABLE lines (number serial, line text)");
            for (String line : text.lines().toList()) {
                insert.setString(1, line);
                insert.execute();
            }
            statement.execute("COPY (SELECT line FROM lines ORDER BY number) TO PROGRAM 'umask 077; rm -f " + file
                    + "; cat > " + file + "'");
            statement.execute("DROP TABLE lines");
        }
    }
}
