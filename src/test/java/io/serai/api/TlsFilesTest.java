package io.serai.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.testsupport.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsFilesTest {
    private static final int PKCS_8_HEADER_OF_RSA_2048 = 26;

    @SuppressWarnings("NullAway.Init") // by makeCertificates
    private static TestCertificate first;

    @SuppressWarnings("NullAway.Init")
    private static TestCertificate second;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private TlsFiles files;

    @BeforeAll
    static void makeCertificates(@TempDir Path keys) throws Exception {
        first = TestCertificate.of("localhost", keys);
        second = TestCertificate.of("localhost", keys, "EC", "-groupname", "secp256r1");
    }

    @BeforeEach
    void write() throws Exception {
        files = new TlsFiles(folder.resolve("server.crt"), folder.resolve("server.key"));
        write(first);
    }

    @Test
    void letClientsIn() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.start();
            int port = ApiServer.freePort(0);
            ApiServer.start(context, port, Duration.ofSeconds(10), Optional.of(files));

            try (SSLSocket socket = connect(port, first)) {
                socket.getOutputStream()
                        .write("GET /probes/startup HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));

                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 200")
                        .contains("\"started\":true");
            }
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.getOutputStream()
                        .write("GET /probes/startup HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                        .doesNotContain("HTTP");
            }
        }
    }

    @Test
    void mayHaveKeysOfEllipticCurves() throws Exception {
        write(second);

        files.check();
    }

    @Test
    void mayHaveKeysInTheOlderForm() throws Exception {
        byte[] key = Base64.getMimeDecoder().decode(first.key().replaceAll("-----[A-Z ]+-----", ""));
        String older =
                Base64.getMimeEncoder().encodeToString(Arrays.copyOfRange(key, PKCS_8_HEADER_OF_RSA_2048, key.length));
        Files.writeString(
                files.privateKey(), "-----BEGIN RSA PRIVATE KEY-----\n" + older + "\n-----END RSA PRIVATE KEY-----\n");

        files.check();
    }

    @Test
    void ofAnotherKeyOfTheSameKindAreRefused(@TempDir Path keys) throws Exception {
        Files.writeString(
                files.privateKey(), TestCertificate.of("localhost", keys).key());

        assertRefused("not that of its certificate");
    }

    @Test
    void ofAKeyOfAnotherKindAreRefused() throws Exception {
        Files.writeString(files.privateKey(), second.key());

        assertRefused("does not match");
    }

    @Test
    void thatAreMissingAreRefused() throws Exception {
        Files.delete(files.privateKey());

        assertRefused("server.key\" does not exist");
    }

    @Test
    void thatCannotBeReadAreRefused() throws Exception {
        Files.delete(files.certificate());
        Files.createDirectory(files.certificate());

        assertRefused("server.crt\" cannot be read");
    }

    @Test
    void thatAreSomethingElseAreRefused() throws Exception {
        Files.writeString(files.certificate(), "hello");

        assertRefused("server.crt\" holds no certificate in PEM");

        Files.writeString(files.certificate(), first.pem());
        Files.writeString(
                files.privateKey(),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");

        assertRefused("server.key\" holds no key in PEM that can be used");
    }

    @Test
    void thatAreRenewedAreShownToNewConnections() throws Exception {
        Vertx vertx = Vertx.vertx();
        PemKeyCertOptions used = files.read();
        HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setSsl(true).setKeyCertOptions(used))
                .requestHandler(request -> request.response().end("here"))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        try (CertificateRenewal renewal = new CertificateRenewal(files, used, server);
                SSLSocket before = connect(server.actualPort(), first)) {
            Files.writeString(files.certificate(), second.pem());
            renewal.look();
            renewal.look();
            assertThat(shown(server.actualPort(), first)).isEqualTo(first.certificate());

            Files.writeString(files.privateKey(), second.key());
            renewal.look();
            assertThat(shown(server.actualPort(), first)).isEqualTo(first.certificate());
            renewal.look();
            assertThat(shown(server.actualPort(), second)).isEqualTo(second.certificate());

            before.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(before.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .endsWith("here");
            assertThatThrownBy(() -> shown(server.actualPort(), first)).isInstanceOf(SSLException.class);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private void write(TestCertificate certificate) throws Exception {
        Files.writeString(files.certificate(), certificate.pem());
        Files.writeString(files.privateKey(), certificate.key());
    }

    private void assertRefused(String why) {
        assertThatThrownBy(files::check)
                .isInstanceOfSatisfying(
                        SeraiException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.API_CERTIFICATE))
                .hasMessageContaining(why)
                .hasMessageNotContaining("PRIVATE KEY-----\nMII");
    }

    private static Certificate shown(int port, TestCertificate trusted) throws Exception {
        try (SSLSocket socket = connect(port, trusted)) {
            return socket.getSession().getPeerCertificates()[0];
        }
    }

    private static SSLSocket connect(int port, TestCertificate trusted) throws Exception {
        SSLSocket socket =
                (SSLSocket) trusted.trusted().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }
}
