package io.serai.api.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwk.JsonWebKey;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticatorTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final long SECOND = NOW.getEpochSecond();
    private static final Signer RSA = Signer.of("RS256", "rsa");
    private static final Signer EC = Signer.of("ES256", "ec");
    private static final Signer OCT = Signer.of("HS256", "oct");
    private static final Signer STRANGER = Signer.of("RS256", "rsa");
    private static final Signer UNNAMED = Signer.of("ES384", "").withoutKid();

    private final Authenticator authenticator =
            authenticator(List.of(RSA.published(), EC.publishedFor("ES256"), OCT.published(), UNNAMED.published()));

    @Nested
    class ATokenThatIsGood {
        @Test
        void tellsItsUserItsClaimsAndItsEnd() throws AuthException {
            String payload = payload("\"role\": \"admin\", \"n\": 12345678901234567890");

            Token token = authenticator.authenticate(RSA.header(payload));

            assertThat(token.userId()).isEqualTo("user-1");
            assertThat(token.claims()).isEqualTo(JsonReader.read(payload));
            assertThat(token.claims().get("role")).isEqualTo(new Json.Text("admin"));
            assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(300 + 60));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed448",
                    "HS256", "HS384", "HS512"
                })
        void isSignedByAnyOfTheAlgorithms(String algorithm) throws AuthException {
            Signer signer = Signer.of(algorithm, "key");

            for (Map<String, String> key : List.of(signer.published(), signer.publishedFor(signer.algorithm()))) {
                assertThat(authenticator(List.of(key))
                                .authenticate(signer.header(payload("")))
                                .userId())
                        .isEqualTo("user-1");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"Token ", "Bearer ", "token ", "BEARER   "})
        void comesAfterEitherWord(String word) throws AuthException {
            assertThat(authenticator
                            .authenticate(word + RSA.compact(payload("")))
                            .userId())
                    .isEqualTo("user-1");
        }

        @Test
        void namesAKidThatNoKeyHasWhileAKeyWithoutOneVerifiesIt() throws AuthException {
            assertThat(authenticator.authenticate(UNNAMED.header(payload(""))).userId())
                    .isEqualTo("user-1");
            assertThat(authenticator
                            .authenticate(UNNAMED.named("unknown").header(payload("")))
                            .userId())
                    .isEqualTo("user-1");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"app\"", "[\"other\", \"app\"]", "[7, \"app\"]"})
        void isForOneOfTheAudiences(String audience) throws AuthException {
            String payload = payload("").replace("\"app\"", audience);

            assertThat(authenticator.authenticate(RSA.header(payload)).userId()).isEqualTo("user-1");
        }

        @Test
        void mayHaveFractionsOfSeconds() throws AuthException {
            String payload = claims(SECOND - 10 + ".5", SECOND + 300 + ".25", "");

            assertThat(authenticator.authenticate(RSA.header(payload)).expiresAt())
                    .isEqualTo(NOW.plusSeconds(360).plusMillis(250));
        }

        @Test
        void mayComeFromAClockThatIsAMinuteFast() throws AuthException {
            assertThat(authenticator
                            .authenticate(RSA.header(claims(SECOND + 60, SECOND + 360)))
                            .userId())
                    .isEqualTo("user-1");
        }

        @Test
        void mayHaveExpiredLessThanAMinuteAgo() throws AuthException {
            assertThat(authenticator
                            .authenticate(RSA.header(claims(SECOND - 300, SECOND - 59)))
                            .expiresAt())
                    .isEqualTo(NOW.plusSeconds(1));
        }

        @Test
        void mayLiveAsLongAsIsAllowed() throws AuthException {
            assertThat(authenticator
                            .authenticate(RSA.header(claims(SECOND, SECOND + 86_400)))
                            .userId())
                    .isEqualTo("user-1");
        }
    }

    @Nested
    class ARequestWithoutAToken {
        @ParameterizedTest
        @ValueSource(strings = {"", "Token", "Token ", "Basic dXNlcjpwYXNz", "eyJhbGciOiJub25lIn0.e30."})
        void isRefused(String header) {
            assertRefused(header, ErrorCode.TOKEN_MISSING, "PSYNC_S2106");
        }

        @Test
        void isRefusedWithoutTheHeader() {
            assertRefused(null, ErrorCode.TOKEN_MISSING, "PSYNC_S2106");
        }
    }

    @Nested
    class ATokenWithoutAGoodSignature {
        @ParameterizedTest
        @ValueSource(strings = {"none", "None", "nOnE", "NONE", ""})
        void isRefusedWithTheAlgorithmNone(String none) {
            for (String kid : List.of("", ", \"kid\": \"rsa\"", ", \"kid\": \"oct\"", ", \"kid\": \"unknown\"")) {
                String unsigned = encoded("{\"alg\": \"" + none + "\"" + kid + "}") + "." + encoded(payload("")) + ".";

                assertRefused("Token " + unsigned, ErrorCode.TOKEN_KEY_UNKNOWN, "PSYNC_S2101");
            }
        }

        @Test
        void isRefusedWithoutItsSignature() {
            String compact = RSA.compact(payload(""));

            assertRefused(
                    "Token " + compact.substring(0, compact.lastIndexOf('.') + 1),
                    ErrorCode.TOKEN_SIGNATURE,
                    "PSYNC_S2102");
        }

        @Test
        void isRefusedWhenAPublicKeyWasItsSharedSecret() throws Exception {
            byte[] der = RSA.jwk().getKey().getEncoded();
            String pem = "-----BEGIN PUBLIC KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END PUBLIC KEY-----\n";
            byte[] jwk =
                    RSA.jwk().toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY).getBytes(StandardCharsets.UTF_8);
            byte[] modulus = Base64.getUrlDecoder().decode(RSA.published().get("n"));

            for (byte[] secret : List.of(der, pem.getBytes(StandardCharsets.UTF_8), jwk, modulus)) {
                Key key = new SecretKeySpec(secret, "HmacSHA256");
                String compact = RSA.with("HS256").compact(payload(""), key);

                assertRefused("Token " + compact, ErrorCode.TOKEN_KEY_UNKNOWN, "PSYNC_S2101");
            }
        }

        @Test
        void isRefusedWithAnAlgorithmThatTheKeyDoesNotName() {
            Authenticator strict = authenticator(List.of(RSA.publishedFor("RS512")));

            assertRefused(strict, RSA.header(payload("")), ErrorCode.TOKEN_KEY_UNKNOWN, "PSYNC_S2101");
        }

        @Test
        void isRefusedWhenAStrangerSignedIt() {
            assertRefused(STRANGER.header(payload("")), ErrorCode.TOKEN_SIGNATURE, "PSYNC_S2102");
        }

        @Test
        void isRefusedWhenItNamesTheKeyOfAnother() {
            Signer second = Signer.of("RS256", "second");
            Authenticator both = authenticator(List.of(RSA.published(), second.published()));

            assertRefused(both, second.named("rsa").header(payload("")), ErrorCode.TOKEN_SIGNATURE, "PSYNC_S2102");
        }

        @Test
        void isRefusedWhenNoKeyHasItsKid() {
            assertRefused(RSA.named("other").header(payload("")), ErrorCode.TOKEN_KEY_UNKNOWN, "PSYNC_S2101");
        }

        @Test
        void isRefusedWithTheKeyThatItBrings() {
            String header =
                    encoded("{\"alg\": \"RS256\", \"kid\": \"rsa\", \"jku\": \"https://evil.example/keys\", \"jwk\": "
                            + STRANGER.jwk().toJson(JsonWebKey.OutputControlLevel.PUBLIC_ONLY) + "}");
            String signed = STRANGER.compact(payload(""));

            assertRefused(
                    "Token " + header + signed.substring(signed.indexOf('.')),
                    ErrorCode.TOKEN_SIGNATURE,
                    "PSYNC_S2102");
        }

        @Test
        void isRefusedWhereverItWasChanged() {
            Random random = new Random(7);
            byte[] compact = EC.compact(payload("")).getBytes(StandardCharsets.US_ASCII);

            for (int i = 0; i < 300; i++) {
                byte[] changed = compact.clone();
                int at = random.nextInt(changed.length - 1); // the last character has bits that mean nothing
                changed[at] = (byte) (changed[at] == 'A' ? 'B' : 'A');

                assertThatThrownBy(() ->
                                authenticator.authenticate("Token " + new String(changed, StandardCharsets.US_ASCII)))
                        .as("character " + at)
                        .isInstanceOf(AuthException.class);
            }
        }

        @Test
        void tellsNothingOfWhatItSays() {
            String expired = claims(SECOND - 900, SECOND - 600).replace("\"app\"", "\"other\"");

            assertRefused(STRANGER.header(expired), ErrorCode.TOKEN_SIGNATURE, "PSYNC_S2102");
        }
    }

    @Nested
    class ATokenThatIsNone {
        @ParameterizedTest
        @ValueSource(strings = {"abc", "a.b", "a.b.c.d.e", "..", "e30.e30.", "e30.e30.é", "{}.{}.{}", "a b.c.d"})
        void isRefused(String compact) {
            assertRefused("Token " + compact, ErrorCode.TOKEN_MALFORMED, "PSYNC_S2101");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "[]",
                    "{\"alg\": 5}",
                    "{\"alg\": \"RS256\", \"kid\": 5}",
                    "{\"alg\": \"RS256\", \"kid\": \"a\", \"kid\": \"b\"}",
                    "{\"alg\": \"RS256\", \"crit\": [\"b64\"], \"b64\": false}",
                    "{\"alg\": \"RS256\""
                })
        void isRefusedWithAHeaderThatIsNone(String header) {
            assertRefused("Token " + encoded(header) + ".e30.AA", ErrorCode.TOKEN_MALFORMED, "PSYNC_S2101");
        }

        @Test
        void isRefusedBeforeItIsReadWhenItIsHuge() {
            String huge = RSA.compact(payload("\"more\": \"" + "x".repeat(20_000) + "\""));

            assertRefused("Token " + huge, ErrorCode.TOKEN_MALFORMED, "PSYNC_S2101");
            assertRefused("Token " + ".".repeat(5_000_000), ErrorCode.TOKEN_MALFORMED, "PSYNC_S2101");
        }

        @Test
        void isRefusedWithABombOfBrackets() {
            assertRefused("Token " + encoded("[".repeat(9_000)) + ".e30.AA", ErrorCode.TOKEN_MALFORMED, "PSYNC_S2101");
        }

        @Test
        void isRefusedWithAPayloadThatIsNone() {
            assertRefused(RSA.header("[]"), ErrorCode.TOKEN_MALFORMED, "PSYNC_S2101");
            assertRefused(RSA.header("{\"sub\": \"a\", \"sub\": \"b\"}"), ErrorCode.TOKEN_MALFORMED, "PSYNC_S2101");
        }
    }

    @Nested
    class ATokenWhoseClaimsAreNotGood {
        @Test
        void isRefusedWhenItHasExpired() {
            assertRefused(RSA.header(claims(SECOND - 300, SECOND - 60)), ErrorCode.TOKEN_EXPIRED, "PSYNC_S2103");
        }

        @Test
        void isRefusedBeforeItIsValid() {
            assertRefused(RSA.header(claims(SECOND + 61, SECOND + 300)), ErrorCode.TOKEN_NOT_YET_VALID, "PSYNC_S2101");
            assertRefused(
                    RSA.header(payload("\"nbf\": " + (SECOND + 61))), ErrorCode.TOKEN_NOT_YET_VALID, "PSYNC_S2101");
        }

        @Test
        void isRefusedWhenItLivesTooLong() {
            assertRefused(RSA.header(claims(SECOND, SECOND + 86_401)), ErrorCode.TOKEN_LIFETIME, "PSYNC_S2104");
        }

        @ParameterizedTest
        @ValueSource(strings = {"\"other\"", "[]", "null", "[\"APP\"]", "7"})
        void isRefusedForAnotherAudience(String audience) {
            String payload = payload("").replace("\"app\"", audience);

            assertRefused(RSA.header(payload), ErrorCode.TOKEN_AUDIENCE, "PSYNC_S2105");
        }

        @Test
        void isRefusedWithoutAnAudience() {
            String payload = payload("").replace("\"aud\"", "\"other\"");

            assertRefused(RSA.header(payload), ErrorCode.TOKEN_AUDIENCE, "PSYNC_S2105");
        }

        @ParameterizedTest
        @ValueSource(strings = {"7", "\"\"", "null", "true", "[\"user-1\"]", "{}"})
        void isRefusedWhenItsUserIsNotAText(String sub) {
            String payload = payload("").replace("\"user-1\"", sub);

            assertRefused(RSA.header(payload), ErrorCode.TOKEN_CLAIM, "PSYNC_S2101");
        }

        @ParameterizedTest
        @ValueSource(strings = {"sub", "iat", "exp"})
        void isRefusedWithoutAClaimThatIsNeeded(String name) {
            String payload = payload("").replace("\"" + name + "\"", "\"other\"");

            assertRefused(RSA.header(payload), ErrorCode.TOKEN_CLAIM, "PSYNC_S2101");
        }

        @ParameterizedTest
        @CsvSource({"exp, 1e999", "exp, 99999999999999999999999", "iat, -1e300", "exp, '\"soon\"'", "nbf, true"})
        void isRefusedWhenATimeIsNone(String name, String value) {
            String payload = name.equals("nbf")
                    ? payload("\"nbf\": " + value)
                    : payload("").replaceAll("\"" + name + "\": \\d+", "\"" + name + "\": " + value);

            assertRefused(RSA.header(payload), ErrorCode.TOKEN_CLAIM, "PSYNC_S2101");
        }

        @Test
        void isRefusedWhenNoAudienceIsNamedHere() {
            Authenticator nobody = new Authenticator(
                    new AuthSettings(
                            List.of(RSA.published()), List.of(), address -> true, Set.of(), Duration.ofDays(1)),
                    clock());

            assertRefused(nobody, RSA.header(payload("")), ErrorCode.TOKEN_AUDIENCE, "PSYNC_S2105");
        }
    }

    @Nested
    class AKeyInTheConfiguration {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "kty=RSA;n=AQAB;e=AQAB",
                    "kty=RSA",
                    "kty=oct;k=c2hvcnQ",
                    "kty=EC;crv=P-256;x=AQAB",
                    "kty=EC;crv=P-999;x=AQAB;y=AQAB",
                    "kty=OKP;crv=X25519;x=AQAB",
                    "kty=PGP",
                    "kid=a"
                })
        void isRefusedAtTheStartWhenItIsNone(String members) {
            Map<String, String> key = Arrays.stream(members.split(";"))
                    .map(member -> member.split("="))
                    .collect(Collectors.toMap(member -> member[0], member -> member[1]));

            assertThatThrownBy(() -> authenticator(List.of(RSA.published(), key)))
                    .isInstanceOf(SeraiException.class)
                    .hasMessageContaining("client_auth.jwks.keys[1]");
        }

        @Test
        void isRefusedForAnAlgorithmOfAnotherType() {
            assertThatThrownBy(() -> authenticator(List.of(RSA.publishedFor("HS256"))))
                    .isInstanceOf(SeraiException.class)
                    .hasMessageContaining("its alg is not one of RS256");
        }

        @Test
        void isInNoText() {
            AuthSettings settings = new AuthSettings(
                    List.of(OCT.published()), List.of(), address -> true, Set.of("app"), Duration.ofDays(1));

            assertThat(settings.toString()).doesNotContain(OCT.published().get("k"));
        }
    }

    private void assertRefused(@Nullable String header, ErrorCode code, String wireCode) {
        assertRefused(authenticator, header, code, wireCode);
    }

    private static void assertRefused(
            Authenticator authenticator, @Nullable String header, ErrorCode code, String wireCode) {
        AuthException refused = catchThrowableOfType(AuthException.class, () -> authenticator.authenticate(header));

        assertThat(refused).as("accepted").isNotNull();
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused.wireCode()).isEqualTo(wireCode);
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.description()).isNotBlank().doesNotContain("user-1");
        assertThat(refused.getMessage()).startsWith("[" + code.code() + "] ").doesNotContain("user-1");
        assertThat(refused.getStackTrace()).isEmpty();
    }

    private static Authenticator authenticator(List<Map<String, String>> keys) {
        return new Authenticator(
                new AuthSettings(keys, List.of(), address -> true, Set.of("app", "test"), Duration.ofDays(1)), clock());
    }

    private static Clock clock() {
        return Clock.fixed(NOW, ZoneOffset.UTC);
    }

    private static String payload(String more) {
        return claims(SECOND + "", SECOND + 300 + "", more);
    }

    private static String claims(long issued, long expires) {
        return claims(issued + "", expires + "", "");
    }

    private static String claims(String issued, String expires, String more) {
        return "{\"sub\": \"user-1\", \"aud\": \"app\", \"iat\": " + issued + ", \"exp\": " + expires
                + (more.isEmpty() ? "" : ", " + more) + "}";
    }

    private static String encoded(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
