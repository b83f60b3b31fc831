package io.serai.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.api.auth.Authenticator;
import io.serai.config.Environment;
import io.serai.config.ServiceConfig;
import io.serai.error.SeraiException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevelopmentTokenTest {
    private static ServiceConfig service(String clientAuth) {
        return ServiceConfig.parse(Path.of("service.yaml"), """
            replication:
              connections:
                - type: postgresql
                  uri: postgresql://u:p@h/d
            sync_config: {path: sync-config.yaml}
            client_auth: %s
            """.formatted(clientAuth), new Environment(Map.of()))
                .config()
                .orElseThrow();
    }

    @Test
    void isAcceptedByTheServiceWhoseSecretSignedIt() throws Exception {
        ServiceConfig service = service("{audience: [here], jwks: {keys: [{kty: oct, alg: HS256, kid: dev, k: "
                + DevelopmentToken.newSecret() + "}]}}");

        String token = DevelopmentToken.of(service.clientAuth(), "a \"user\"", Instant.now(), Duration.ofMinutes(5));

        try (Authenticator authenticator = Authentication.start(service, Clock.systemUTC())) {
            assertThat(authenticator.authenticate("Token " + token).userId()).isEqualTo("a \"user\"");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{audience: [here]}", "{jwks: {keys: [{kty: oct, alg: HS256, k: AAAA}]}}"})
    void needsASecretAndAnAudience(String clientAuth) {
        assertThatThrownBy(() -> DevelopmentToken.of(
                        service(clientAuth).clientAuth(), "ann", Instant.now(), Duration.ofMinutes(5)))
                .isInstanceOf(SeraiException.class)
                .hasMessageContaining("SERAI-S3106");
    }
}
