package io.serai.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAuthTest {
    @Test
    void hasTheDefaultsOfPowerSyncsService() throws Exception {
        ClientAuth auth = accepted("jwks_uri: https://example.com/keys, audience: [app]");

        assertThat(auth.maxTokenLifetime()).isEqualTo(Duration.ofDays(1));
        assertThat(auth.supabase()).isFalse();
        assertThat(auth.keys()).isEmpty();
        assertThat(auth.allows(InetAddress.getByName("10.0.0.1"))).isTrue();
    }

    @Test
    void warnsOfAnAudienceThatLetsNobodyIn() {
        assertThat(messages("jwks_uri: https://example.com/keys"))
                .contains(
                        "client_auth.audience is empty, so that no token is accepted; write the \"aud\" that tokens have");
    }

    @Test
    void warnsOfASecretWithoutSupabase() {
        assertThat(messages("audience: [app], supabase_jwt_secret: super-secret-jwt-token-with-at-least-32-characters"))
                .contains("client_auth.supabase_jwt_secret has no effect without \"supabase: true\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jwks_uri: ftp://example.com/keys|client_auth.jwks_uri must be https://host/path or http://host/path",
                "jwks_uri: keys.json|client_auth.jwks_uri must be https://host/path or http://host/path",
                "jwks_reject_ip_ranges: [10.0.0.0/40]|client_auth.jwks_reject_ip_ranges has \"10.0.0.0/40\", needed are ranges such as 10.0.0.0/8, or local",
                "jwks_reject_ip_ranges: [example.com]|client_auth.jwks_reject_ip_ranges has \"example.com\", needed are ranges such as 10.0.0.0/8, or local",
                "max_token_lifetime: 5|client_auth.max_token_lifetime is \"5\", needed is a whole number from 60 to 31536000",
                "supabase: true, supabase_jwt_secret: short|client_auth.supabase_jwt_secret must have at least 32 characters",
                "jwks: {keys: [{kty: PGP}]}|client_auth.jwks.keys[0].kty is \"PGP\", needed is RSA, EC, OKP or oct",
                "jwks: {keys: [{kid: a}]}|client_auth.jwks.keys[0].kty is missing; write for example \"kty: RSA\"",
                "jwks: {keys: [{kty: oct, key: x}]}|unknown key \"key\" in client_auth.jwks.keys[0]; did you mean \"kty\"?",
                "jwks: {keys: [{kty: RSA, e: AQAB}]}|client_auth.jwks.keys[0].n is missing; write for example \"n: …\"",
                "jwks: {keys: [{kty: oct, k: x, alg: RS256}]}|client_auth.jwks.keys[0].alg is \"RS256\", which a key of type oct is not for; needed is HS256, HS384, HS512",
                "audiense: [app]|unknown key \"audiense\" in client_auth; did you mean \"audience\"?",
            })
    void namesWhatIsWrong(String section, String message) {
        assertThat(messages(section)).contains(message);
    }

    @Test
    void passesOverMembersOfAKeyThatAreNotNeeded() {
        ClientAuth auth = accepted(
                "audience: [app], jwks: {keys: [{kty: RSA, n: x, e: AQAB, key_ops: [verify], x5c: [y], d: secret}]}");

        assertThat(auth.keys()).containsExactly(Map.of("kty", "RSA", "n", "x", "e", "AQAB"));
        assertThat(messages("jwks: {keys: [{kty: RSA, n: x, e: AQAB, d: secret}]}"))
                .contains("client_auth.jwks.keys[0].d is of a private key, and not needed here: take it out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.1.2.3",
                "172.31.255.255",
                "192.168.0.1",
                "169.254.169.254",
                "100.64.0.1",
                "0.0.0.0",
                "224.0.0.1",
                "255.255.255.255",
                "::1",
                "::",
                "fe80::1",
                "fd00:ec2::254",
                "ff02::1",
                "::ffff:10.0.0.1",
                "64:ff9b::a00:1",
                "2002:a00:1::1",
                "2001:db8::1"
            })
    void keepsFromServersThatAreNotPublic(String address) throws Exception {
        assertThat(accepted("block_local_jwks: true").allows(InetAddress.getByName(address)))
                .isFalse();
        assertThat(accepted("jwks_reject_ip_ranges: [local]").allows(InetAddress.getByName(address)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"})
    void asksServersThatArePublic(String address) throws Exception {
        assertThat(accepted("block_local_jwks: true").allows(InetAddress.getByName(address)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,    10.255.0.1,  false", "10.0.0.0/8,   11.0.0.1,     true", "192.0.2.7,   192.0.2.7, false",
        "192.0.2.7,     192.0.2.8,   true", "10.0.0.128/25, 10.0.0.127,  true", "10.0.0.128/25, 10.0.0.200, false",
        "'fd00::/8',    'fd12::1',   false", "'fd00::/8',   10.0.0.1,     true", "0.0.0.0/0,   1.2.3.4,   false"
    })
    void keepsFromServersInARange(String range, String address, boolean isAllowed) throws Exception {
        assertThat(accepted("jwks_reject_ip_ranges: ['" + range + "']").allows(InetAddress.getByName(address)))
                .isEqualTo(isAllowed);
    }

    private static ClientAuth accepted(String section) {
        ServiceConfig.Parsed parsed = parse(section);
        assertThat(parsed.issues()).noneMatch(Issue::isError);
        return parsed.config().orElseThrow().clientAuth();
    }

    private static List<String> messages(String section) {
        return parse(section).issues().stream().map(Issue::message).toList();
    }

    private static ServiceConfig.Parsed parse(String section) {
        String text = """
                replication:
                  connections:
                    - {type: postgresql, uri: postgresql://role:secret@db.internal/shop}
                sync_config: {content: "bucket_definitions: {}"}
                client_auth: {SECTION}
                """.replace("SECTION", section);
        return ServiceConfig.parse(Path.of("service.yaml"), text, new Environment(Map.of()));
    }
}
