package io.serai.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.serai.error.ErrorCode;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys from a real HTTP server, on a clock that the tests move. */
class RemoteKeysTest {
    private static final Signer FIRST = Signer.of("RS256", "first");
    private static final Signer SECOND = Signer.of("ES256", "second");
    private static final Signer SECRET = Signer.of("HS256", "secret");

    private final MovedClock clock = new MovedClock();
    private final AtomicInteger asked = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Answer answer = keys(FIRST);
    private HttpServer server;
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void serve() throws IOException {
        server = serve(HttpServer.create());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        server.stop(0);
        threads.shutdownNow();
    }

    @Nested
    class AnAuthenticatorThatFetchesKeys {
        @Test
        void acceptsATokenOfAKeyThatIsServed() throws Exception {
            Authenticator authenticator = authenticator();

            assertThat(user(authenticator, FIRST)).isEqualTo("user-1");
            assertThat(user(authenticator, FIRST)).isEqualTo("user-1");
            assertThat(asked).hasValue(1);
        }

        @Test
        void acceptsTokensOfAllItsOrigins() throws Exception {
            Authenticator authenticator = open(new Authenticator(
                    new AuthSettings(
                            List.of(SECRET.published()),
                            List.of(uri("/keys")),
                            address -> true,
                            Set.of("app"),
                            Duration.ofDays(1)),
                    clock));

            assertThat(user(authenticator, SECRET)).isEqualTo("user-1");
            assertThat(user(authenticator, FIRST)).isEqualTo("user-1");
        }

        @Test
        void acceptsANewKeyAtOnceAndForgetsOneThatWasTakenOutInFiveMinutes() throws Exception {
            Authenticator authenticator = authenticator();
            assertThat(user(authenticator, FIRST)).isEqualTo("user-1");

            answer = keys(SECOND);
            clock.move(RemoteKeys.INTERVAL);
            assertThat(user(authenticator, SECOND)).isEqualTo("user-1");
            assertRefused(authenticator, FIRST, ErrorCode.TOKEN_KEY_UNKNOWN, 401);

            answer = keys(FIRST);
            clock.move(RemoteKeys.FRESH.plusSeconds(1));
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(() -> assertRefused(authenticator, SECOND, ErrorCode.TOKEN_KEY_UNKNOWN, 401));
            assertThat(user(authenticator, FIRST)).isEqualTo("user-1");
        }

        @Test
        void isNotMadeToFetchByStrangersMoreOftenThanEveryTenSeconds() throws Exception {
            Authenticator authenticator = authenticator();
            user(authenticator, FIRST);

            for (int i = 0; i < 50; i++) {
                assertRefused(authenticator, FIRST.named("unknown-" + i), ErrorCode.TOKEN_KEY_UNKNOWN, 401);
            }
            assertThat(asked).hasValue(1);

            clock.move(RemoteKeys.INTERVAL);
            for (int i = 0; i < 50; i++) {
                assertRefused(authenticator, FIRST.named("unknown-" + i), ErrorCode.TOKEN_KEY_UNKNOWN, 401);
            }
            assertThat(asked).hasValue(2);
        }

        @Test
        void fetchesNothingForAForgedTokenOfAKnownKey() throws Exception {
            Authenticator authenticator = authenticator();
            user(authenticator, FIRST);
            clock.move(RemoteKeys.INTERVAL);

            assertRefused(authenticator, Signer.of("RS256", "first"), ErrorCode.TOKEN_SIGNATURE, 401);

            assertThat(asked).hasValue(1);
        }

        @Test
        void takesNoSharedSecretFromAUri() throws Exception {
            answer = keys(FIRST, SECRET);
            Authenticator authenticator = authenticator();

            assertThat(user(authenticator, FIRST)).isEqualTo("user-1");
            assertRefused(authenticator, SECRET, ErrorCode.TOKEN_KEY_UNKNOWN, 401);
        }

        @Test
        void passesOverKeysThatItCannotUse() throws Exception {
            String first = json(FIRST.published());
            answer = text(
                    200,
                    "{\"keys\": [{\"kty\": \"PGP\"}, 7, {\"kty\": \"EC\", \"crv\": \"P-1\"}, {\"kid\": 5}, {\"kty\": \"RSA\", \"n\": \"\", \"e\": \"\"}, "
                            + first.replace("\"kid\"", "\"use\":\"enc\",\"kid\"")
                                    .replace("first", "encryption") + ", "
                            + first + "], \"more\": {}}");
            Authenticator authenticator = authenticator();

            assertThat(user(authenticator, FIRST)).isEqualTo("user-1");
            assertRefused(authenticator, FIRST.named("encryption"), ErrorCode.TOKEN_KEY_UNKNOWN, 401);
        }
    }

    @Nested
    class AServerOfKeysThatFails {
        @Test
        void letsClientsTryAgainUntilItAnswers() throws Exception {
            answer = text(500, "");
            Authenticator authenticator = authenticator();
            assertRefused(authenticator, FIRST, ErrorCode.KEYS_UNAVAILABLE, 503);
            assertRefused(authenticator, FIRST, ErrorCode.KEYS_UNAVAILABLE, 503);
            assertThat(asked).hasValue(1);

            answer = keys(FIRST);
            clock.move(RemoteKeys.INTERVAL);

            assertThat(user(authenticator, FIRST)).isEqualTo("user-1");
        }

        @Test
        void isMissedOnlyAfterAnHour() throws Exception {
            Authenticator authenticator = authenticator();
            user(authenticator, FIRST);
            server.stop(0);

            clock.move(Duration.ofMinutes(59));
            assertThat(user(authenticator, FIRST)).isEqualTo("user-1");
            clock.move(Duration.ofMinutes(2));

            assertRefused(authenticator, FIRST, ErrorCode.KEYS_UNAVAILABLE, 503);
        }

        @Test
        void isToldWhenNobodyListens() {
            server.stop(0);

            assertRefused(authenticator(), FIRST, ErrorCode.KEYS_UNAVAILABLE, 503);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "<html></html>", "[]", "{}", "{\"keys\": {}}", "{\"keys\": [", "\u0000"})
        void isToldWhenItServesSomethingElse(String text) {
            answer = text(200, text);

            assertRefused(authenticator(), FIRST, ErrorCode.KEYS_UNAVAILABLE, 503);
        }

        @Test
        void isLeftWhenItServesTooMuch() {
            answer = text(200, "{\"keys\": [" + " ".repeat(300_000) + "]}");

            assertRefused(authenticator(), FIRST, ErrorCode.KEYS_UNAVAILABLE, 503);
        }

        @Test
        void isLeftWhenItIsSlow() {
            answer = exchange -> {
                exchange.sendResponseHeaders(200, 0);
                OutputStream body = exchange.getResponseBody();
                for (int i = 0; i < 100; i++) {
                    body.write(' ');
                    body.flush();
                    TimeUnit.MILLISECONDS.sleep(200);
                }
            };
            Authenticator authenticator = authenticator();
            long begin = System.nanoTime();

            assertRefused(authenticator, FIRST, ErrorCode.KEYS_UNAVAILABLE, 503);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(RemoteKeys.PATIENCE.plusSeconds(2));
        }

        @Test
        void isNotFollowedToAnotherAddress() {
            AtomicInteger inside = new AtomicInteger();
            server.createContext("/inside", exchange -> {
                inside.incrementAndGet();
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            answer = exchange -> {
                exchange.getResponseHeaders().add("Location", uri("/inside").toString());
                exchange.sendResponseHeaders(302, -1);
            };

            assertRefused(authenticator(), FIRST, ErrorCode.KEYS_UNAVAILABLE, 503);

            assertThat(inside).hasValue(0);
        }

        @Test
        void isNotAskedAtAnAddressThatIsExcluded() {
            Authenticator authenticator = authenticator(address -> !address.isLoopbackAddress());

            AuthException refused = assertRefused(authenticator, FIRST, ErrorCode.KEYS_ADDRESS_REFUSED, 503);

            assertThat(refused.wireCode()).isEqualTo("PSYNC_S2203");
            assertThat(asked).hasValue(0);
        }
    }

    @Nested
    class AServerWithACertificate {
        @TempDir
        private Path folder;

        @Test
        void isAskedWhenAnAuthorityVouchesForItsName() throws Exception {
            Path store = keyStore("localhost");
            HttpsServer secure = secure(store);
            HttpClientOptions trusting = new HttpClientOptions(JwksClient.OPTIONS)
                    .setTrustOptions(new PfxOptions().setPath(store.toString()).setPassword("changeit"));

            try (JwksClient client = new JwksClient(address -> true, trusting)) {
                URI uri = URI.create("https://localhost:" + secure.getAddress().getPort() + "/keys");

                assertThat(client.get(uri).get(10, TimeUnit.SECONDS).names(FIRST.kid()))
                        .isTrue();
            } finally {
                secure.stop(0);
            }
        }

        @Test
        void isRefusedWhenTheCertificateIsForAnotherName() throws Exception {
            Path store = keyStore("other.example");
            HttpsServer secure = secure(store);
            HttpClientOptions trusting = new HttpClientOptions(JwksClient.OPTIONS)
                    .setTrustOptions(new PfxOptions().setPath(store.toString()).setPassword("changeit"));

            try (JwksClient client = new JwksClient(address -> true, trusting)) {
                URI uri = URI.create("https://localhost:" + secure.getAddress().getPort() + "/keys");

                assertThat(client.get(uri)).failsWithin(Duration.ofSeconds(10));
                assertThat(asked).hasValue(0);
            } finally {
                secure.stop(0);
            }
        }

        @Test
        void isRefusedWhenNoAuthorityVouchesForIt() throws Exception {
            HttpsServer secure = secure(keyStore("localhost"));

            try (JwksClient client = new JwksClient(address -> true, JwksClient.OPTIONS)) {
                URI uri = URI.create("https://localhost:" + secure.getAddress().getPort() + "/keys");

                assertThat(client.get(uri)).failsWithin(Duration.ofSeconds(10));
                assertThat(asked).hasValue(0);
            } finally {
                secure.stop(0);
            }
        }

        private Path keyStore(String name) throws Exception {
            Path store = folder.resolve(name + ".p12");
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-alias",
                            "server",
                            "-keyalg",
                            "EC",
                            "-dname",
                            "CN=" + name,
                            "-ext",
                            "san=dns:" + name,
                            "-storetype",
                            "PKCS12",
                            "-keystore",
                            store.toString(),
                            "-storepass",
                            "changeit")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(keytool.waitFor()).as(output).isZero();
            return store;
        }

        private HttpsServer secure(Path store) throws Exception {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                keys.load(in, "changeit".toCharArray());
            }
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, "changeit".toCharArray());
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(managers.getKeyManagers(), null, null);
            HttpsServer secure = HttpsServer.create();
            secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            return (HttpsServer) serve(secure);
        }
    }

    private HttpServer serve(HttpServer created) throws IOException {
        created.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        created.setExecutor(threads);
        created.createContext("/keys", exchange -> {
            asked.incrementAndGet();
            try {
                answer.give(exchange);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                exchange.close();
            }
        });
        created.start();
        return created;
    }

    private interface Answer {
        void give(com.sun.net.httpserver.HttpExchange exchange) throws IOException, InterruptedException;
    }

    private static Answer text(int status, String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        return exchange -> {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        };
    }

    private static Answer keys(Signer... signers) {
        return text(
                200,
                Arrays.stream(signers)
                        .map(signer -> json(signer.published()))
                        .collect(Collectors.joining(",", "{\"keys\":[", "]}")));
    }

    private static String json(Map<String, String> members) {
        return members.entrySet().stream()
                .map(member -> "\"" + member.getKey() + "\":\"" + member.getValue() + "\"")
                .collect(Collectors.joining(",", "{", "}"));
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + server.getAddress().getPort() + path);
    }

    private Authenticator authenticator() {
        return authenticator(address -> true);
    }

    private Authenticator authenticator(Predicate<InetAddress> isAllowed) {
        return open(new Authenticator(
                new AuthSettings(List.of(), List.of(uri("/keys")), isAllowed, Set.of("app"), Duration.ofDays(1)),
                clock));
    }

    private Authenticator open(Authenticator authenticator) {
        opened.add(authenticator);
        return authenticator;
    }

    private String user(Authenticator authenticator, Signer signer) throws AuthException {
        return authenticator.authenticate(signer.header(payload())).userId();
    }

    private AuthException assertRefused(Authenticator authenticator, Signer signer, ErrorCode code, int status) {
        AuthException refused = catchThrowableOfType(AuthException.class, () -> user(authenticator, signer));
        assertThat(refused).as("accepted").isNotNull();
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.status()).isEqualTo(status);
        return refused;
    }

    private String payload() {
        long now = clock.instant().getEpochSecond();
        return "{\"sub\": \"user-1\", \"aud\": \"app\", \"iat\": " + now + ", \"exp\": " + (now + 300) + "}";
    }

    private static final class MovedClock extends Clock {
        private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

        void move(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }
}
