package io.serai.testsupport;

import io.serai.api.auth.AuthSettings;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens of a shared secret that is the tests' own. */
public final class TestToken {
    /** The audience of the tokens. */
    public static final String AUDIENCE = "serai-tests";

    private static final String SECRET = "a secret of the tests, of thirty-two bytes or more";

    private TestToken() {}

    /** The section {@code client_auth} of a service.yaml that accepts them. */
    public static String clientAuth() {
        return """
                client_auth:
                  audience: [%s]
                  jwks:
                    keys:
                      - kty: oct
                        alg: HS256
                        kid: test
                        k: %s
                """.formatted(AUDIENCE, base64(SECRET.getBytes(StandardCharsets.UTF_8)));
    }

    /** The settings of an authenticator that accepts them. */
    public static AuthSettings authSettings() {
        return new AuthSettings(
                List.of(Map.of(
                        "kty",
                        "oct",
                        "alg",
                        "HS256",
                        "kid",
                        "test",
                        "k",
                        base64(SECRET.getBytes(StandardCharsets.UTF_8)))),
                List.of(),
                server -> true,
                Set.of(AUDIENCE),
                Duration.ofDays(1));
    }

    /** A token of a user, for an hour. */
    public static String of(String user) {
        return of(user, Duration.ofHours(1), "");
    }

    /**
     * A token of a user.
     *
     * @param more members of its payload besides, each with a comma before it
     */
    public static String of(String user, Duration lifetime, String more) {
        Instant now = Instant.now();
        String payload = "{\"sub\":\"%s\",\"aud\":\"%s\",\"iat\":%d,\"exp\":%d%s}"
                .formatted(
                        user,
                        AUDIENCE,
                        Math.min(now.getEpochSecond(), now.plus(lifetime).getEpochSecond() - 1),
                        now.plus(lifetime).getEpochSecond(),
                        more);
        String signed = base64("{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
                + "." + base64(payload.getBytes(StandardCharsets.UTF_8));
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
