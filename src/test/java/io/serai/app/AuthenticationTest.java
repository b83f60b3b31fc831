package io.serai.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.api.auth.AuthSettings;
import io.serai.config.Environment;
import io.serai.config.ServiceConfig;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AuthenticationTest {
    @Test
    void acceptsNobodyWithoutASection() {
        AuthSettings settings = settings("db.internal", "");

        assertThat(settings.keys()).isEmpty();
        assertThat(settings.keyUris()).isEmpty();
        assertThat(settings.audiences()).isEmpty();
    }

    @Test
    void takesWhatTheSectionSays() throws Exception {
        AuthSettings settings = settings("db.internal", """
                client_auth:
                  jwks_uri: [http://one.example/keys, https://two.example/keys]
                  jwks: {keys: [{kty: oct, alg: HS256, kid: dev, k: c2VjcmV0}]}
                  audience: [app]
                  block_local_jwks: true
                  max_token_lifetime: 3600
                """);

        assertThat(settings.keys())
                .containsExactly(Map.of("kty", "oct", "alg", "HS256", "kid", "dev", "k", "c2VjcmV0"));
        assertThat(settings.keyUris())
                .containsExactly(URI.create("http://one.example/keys"), URI.create("https://two.example/keys"));
        assertThat(settings.audiences()).containsExactly("app");
        assertThat(settings.maxLifetime()).isEqualTo(Duration.ofHours(1));
        assertThat(settings.isAllowed().test(InetAddress.getLoopbackAddress())).isFalse();
        assertThat(settings.isAllowed().test(InetAddress.getByName("8.8.8.8"))).isTrue();
    }

    @Test
    void asksTheProjectOfADatabaseAtSupabase() {
        AuthSettings settings = settings("db.abcdefgh.supabase.co", "client_auth: {supabase: true}\n");

        assertThat(settings.keyUris())
                .containsExactly(URI.create("https://abcdefgh.supabase.co/auth/v1/.well-known/jwks.json"));
        assertThat(settings.audiences()).containsExactly("authenticated");
    }

    @Test
    void takesTheSecretOfAProjectAsItsText() {
        AuthSettings settings = settings(
                "db.internal",
                "client_auth: {supabase: true, supabase_jwt_secret: super-secret-jwt-token-with-at-least-32-characters}\n");

        assertThat(settings.keyUris()).isEmpty();
        assertThat(settings.keys())
                .containsExactly(Map.of(
                        "kty",
                        "oct",
                        "alg",
                        "HS256",
                        "k",
                        "c3VwZXItc2VjcmV0LWp3dC10b2tlbi13aXRoLWF0LWxlYXN0LTMyLWNoYXJhY3RlcnM"));
    }

    private static AuthSettings settings(String host, String section) {
        String text = """
                replication:
                  connections:
                    - {type: postgresql, uri: postgresql://role:secret@HOST/shop}
                sync_config: {content: "bucket_definitions: {}"}
                """.replace("HOST", host) + section;
        return Authentication.settings(ServiceConfig.parse(Path.of("service.yaml"), text, new Environment(Map.of()))
                .config()
                .orElseThrow());
    }
}
