package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.source.mysql.MysqlSettings;
import io.serai.source.mysql.MysqlSource;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.TestCertificate;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that wants its users encrypted, with a certificate that it signed itself: the bean and the endpoint say whom they trust. */
class EncryptedMysqlIT {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path folder;

    @Test
    void isReadByTheEngineAndBySerai() throws Exception {
        TestCertificate own = TestCertificate.of("localhost", folder);
        try (MysqlServer server = MysqlServer.own(
                        "--ssl-cert=" + Files.writeString(folder.resolve("cert.pem"), own.pem()),
                        "--ssl-key=" + Files.writeString(folder.resolve("key.pem"), own.key()));
                DebeziumTodos<MysqlTestDatabase> todos = DebeziumTodos.mysql(folder, server)) {
            server.execute("ALTER USER " + todos.database.user() + "@'%' REQUIRE SSL");
            MysqlSettings settings = new MysqlSettings(
                    "shop",
                    server.host(),
                    server.port(),
                    todos.database.name(),
                    todos.database.user(),
                    server.password(),
                    MysqlSettings.Encryption.VERIFY_CA,
                    own.pem(),
                    null,
                    null,
                    0,
                    MysqlSettings.DEFAULT_CONNECT_TIMEOUT);
            todos.context.getRegistry().bind("shop", new MysqlSource(settings));
            Map<String, String> options = todos.options();
            options.put("databaseSslMode", "verify_ca");
            options.put("databaseSslTruststore", trusting(own).toString());
            options.put("databaseSslTruststorePassword", PASSWORD);
            todos.run(options, route -> route);
            assertThat(todos.stored()).isEmpty();

            todos.database.execute("INSERT INTO todos VALUES ('t1', 'Buy milk', false)");

            assertThat(todos.stored()).hasSize(1);
        }
    }

    private Path trusting(TestCertificate certificate) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "server",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(certificate.pem().getBytes(StandardCharsets.UTF_8))));
        Path file = folder.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }
}
