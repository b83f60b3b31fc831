package io.serai.app;

import io.serai.api.auth.AuthSettings;
import io.serai.api.auth.Authenticator;
import io.serai.config.ClientAuth;
import io.serai.config.Connection;
import io.serai.config.PostgresConnection;
import io.serai.config.ServiceConfig;
import io.serai.error.SeraiException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes of service.yaml whose tokens are accepted. */
final class Authentication {
    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);

    /** What Supabase's tokens have in {@code aud} when a user has signed in. */
    private static final String SUPABASE_AUDIENCE = "authenticated";

    private static final Pattern SUPABASE_HOST = Pattern.compile("db\\.([a-z0-9]+)\\.supabase\\.co");

    private Authentication() {}

    /**
     * The authenticator of a service; the caller closes it.
     *
     * @throws SeraiException {@code CONFIG_INVALID} when a key cannot be used
     */
    static Authenticator start(ServiceConfig service, Clock clock) {
        return new Authenticator(settings(service), clock);
    }

    static AuthSettings settings(ServiceConfig service) {
        ClientAuth auth = service.clientAuth();
        List<Map<String, String>> keys = new ArrayList<>(auth.keys());
        List<URI> uris = new ArrayList<>(auth.jwksUris());
        Set<String> audiences = new HashSet<>(auth.audience());
        if (auth.supabase()) {
            audiences.add(SUPABASE_AUDIENCE);
            auth.supabaseJwtSecret().map(Authentication::sharedSecret).ifPresent(keys::add);
            List<URI> projects = service.connections().stream()
                    .flatMap(connection -> supabaseKeys(connection).stream())
                    .toList();
            uris.addAll(projects);
            if (projects.isEmpty() && auth.supabaseJwtSecret().isEmpty()) {
                LOG.atWarn()
                        .log(
                                "client_auth.supabase has no effect: no connection is to db.PROJECT.supabase.co; write jwks_uri and"
                                        + " audience instead");
            }
        }
        return new AuthSettings(keys, uris, auth::allows, audiences, auth.maxTokenLifetime());
    }

    private static Map<String, String> sharedSecret(String text) {
        String encoded = Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        return Map.of("kty", "oct", "alg", "HS256", "k", encoded);
    }

    /** Where the project of a database at Supabase serves its keys; empty for another database. */
    private static Optional<URI> supabaseKeys(Connection connection) {
        if (!(connection instanceof PostgresConnection postgres)) {
            return Optional.empty();
        }
        Matcher host = SUPABASE_HOST.matcher(postgres.hostname());
        return host.matches()
                ? Optional.of(URI.create("https://" + host.group(1) + ".supabase.co/auth/v1/.well-known/jwks.json"))
                : Optional.empty();
    }
}
