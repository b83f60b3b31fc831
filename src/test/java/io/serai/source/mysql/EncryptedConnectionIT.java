package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.error.ErrorCode;
import io.serai.source.mysql.MysqlSettings.Encryption;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.TestCertificate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server whose certificate, for {@code localhost}, it signed itself, and which trusts a client's. */
class EncryptedConnectionIT {
    private static final String NAME = "localhost";

    private static MysqlServer server;
    private static TestCertificate own;
    private static TestCertificate client;

    @TempDir
    Path folder;

    private MysqlTestDatabase database;

    @BeforeAll
    static void start(@TempDir Path keys) throws Exception {
        own = TestCertificate.of(NAME, keys);
        client = TestCertificate.of("replica", keys, "EC", "-groupname", "secp256r1");
        server = MysqlServer.own(
                "--ssl-ca=" + Files.writeString(keys.resolve("ca.pem"), client.pem()),
                "--ssl-cert=" + Files.writeString(keys.resolve("cert.pem"), own.pem()),
                "--ssl-key=" + Files.writeString(keys.resolve("key.pem"), own.key()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void create() {
        database = server.createDatabase();
        database.execute(
                "CREATE TABLE t (id int PRIMARY KEY, a varchar(20))",
                "INSERT INTO t VALUES (1, 'copied')",
                "ALTER USER " + database.user() + "@'%' REQUIRE SSL");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void readsLogAndTablesFromTheServerThatTheCertificateNames() throws Exception {
        assertReplicates(settings(NAME, Encryption.VERIFY_FULL, own.pem(), null));
    }

    @Test
    void refusesAServerThatTheCertificateDoesNotName() throws Exception {
        assertRefused(
                settings("127.0.0.1", Encryption.VERIFY_FULL, own.pem(), null), ErrorCode.SOURCE_CONNECTION_FAILED);
        assertReplicates(settings("127.0.0.1", Encryption.VERIFY_CA, own.pem(), null));
    }

    @Test
    void refusesAnAuthorityThatItDoesNotKnow() {
        assertRefused(settings(NAME, Encryption.VERIFY_FULL, null, null), ErrorCode.SOURCE_CONNECTION_FAILED);
        assertRefused(settings(NAME, Encryption.VERIFY_CA, client.pem(), null), ErrorCode.SOURCE_CONNECTION_FAILED);
    }

    @Test
    void showsItsOwnCertificateToAServerThatWantsOne() throws Exception {
        database.execute("ALTER USER " + database.user() + "@'%' REQUIRE X509");

        assertRefused(settings(NAME, Encryption.VERIFY_FULL, own.pem(), null), ErrorCode.SOURCE_AUTHENTICATION_FAILED);
        assertReplicates(settings(NAME, Encryption.VERIFY_FULL, own.pem(), client));
    }

    @Test
    void aKeyThatCannotBeUsedIsNamed() {
        TestCertificate broken = new TestCertificate(client.certificate(), client.pem(), "no key");

        assertRefused(settings(NAME, Encryption.VERIFY_FULL, own.pem(), broken), ErrorCode.SOURCE_CONNECTION_FAILED);
    }

    private void assertReplicates(MysqlSettings settings) throws Exception {
        try (MysqlReplica replica =
                new MysqlReplica(folder.resolve(UUID.randomUUID().toString()), settings, "SELECT * FROM t").start()) {
            int before = replica.rows().size();
            assertThat(before).isPositive();

            database.execute("INSERT INTO t VALUES (" + (before + 1) + ", 'logged')");

            assertThat(replica.rows()).hasSize(before + 1);
        }
    }

    /** On both ways to the server. */
    private static void assertRefused(MysqlSettings settings, ErrorCode code) {
        try (MysqlDatabase source = new MysqlDatabase(settings, "storage1")) {
            assertThatThrownBy(source::prepare)
                    .satisfies(failure ->
                            assertThat(source.explain(failure).code()).isEqualTo(code));
            assertThatThrownBy(() -> LogConnection.open(settings, UUID.randomUUID()))
                    .satisfies(failure ->
                            assertThat(source.explain(failure).code()).isEqualTo(code));
        }
    }

    private MysqlSettings settings(
            String hostname, Encryption encryption, @Nullable String cacert, @Nullable TestCertificate shown) {
        MysqlSettings plain = MysqlReplica.settings(database);
        return new MysqlSettings(
                plain.id(),
                hostname,
                plain.port(),
                plain.database(),
                plain.username(),
                plain.password(),
                encryption,
                cacert,
                shown == null ? null : shown.pem(),
                shown == null ? null : shown.key(),
                plain.serverId(),
                plain.connectTimeout());
    }
}
