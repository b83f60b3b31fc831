package io.serai.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code client_auth}: whose tokens the sync API accepts. Immutable.
 *
 * @param jwksUris where public keys are fetched, by http or https
 * @param rejected addresses of servers from which no keys may be fetched
 * @param keys keys that are written in the file, as JSON Web Keys
 * @param supabase whether Supabase's tokens are accepted, too
 * @param supabaseJwtSecret the secret that they were signed with before Supabase had key pairs; only with {@code supabase}
 * @param audience accepted {@code aud} claims
 * @param maxTokenLifetime the longest time from {@code iat} to {@code exp}
 */
public record ClientAuth(
        List<URI> jwksUris,
        AddressRanges rejected,
        List<Map<String, String>> keys,
        boolean supabase,
        Optional<String> supabaseJwtSecret,
        List<String> audience,
        Duration maxTokenLifetime) {
    private static final int DAY_SECONDS = 24 * 60 * 60;
    private static final int YEAR_SECONDS = 365 * DAY_SECONDS;
    /** RFC 7518, section 3.2: a secret for HS256 has at least as many bits as the hash. */
    private static final int LEAST_SECRET_CHARACTERS = 32;

    /** Accepts nobody. */
    static final ClientAuth NOBODY = new ClientAuth(
            List.of(),
            AddressRanges.none(),
            List.of(),
            false,
            Optional.empty(),
            List.of(),
            Duration.ofSeconds(DAY_SECONDS));

    /** Copies the lists. */
    public ClientAuth {
        jwksUris = List.copyOf(jwksUris);
        keys = keys.stream().map(Map::copyOf).toList();
        audience = List.copyOf(audience);
    }

    static ClientAuth read(Section section) {
        boolean supabase = section.flag("supabase").orElse(false);
        ClientAuth read = new ClientAuth(
                uris(section),
                rejected(section),
                section.section("jwks").map(ClientAuth::keys).orElse(List.of()),
                supabase,
                secret(section, supabase),
                section.texts("audience"),
                Duration.ofSeconds(
                        section.number("max_token_lifetime", 60, YEAR_SECONDS).orElse(DAY_SECONDS)));
        if (!supabase && read.audience.isEmpty()) {
            section.warning("audience", "is empty, so that no token is accepted; write the \"aud\" that tokens have");
        }
        section.end();
        return read;
    }

    /** Whether keys may be fetched from a server with this address. */
    public boolean allows(InetAddress server) {
        return !rejected.contain(server);
    }

    private static List<URI> uris(Section section) {
        List<URI> uris = new ArrayList<>();
        for (String text : section.texts("jwks_uri")) {
            try {
                URI uri = new URI(text);
                if (uri.getHost() != null && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))) {
                    uris.add(uri);
                    continue;
                }
            } catch (URISyntaxException e) {
                // told below
            }
            section.reject("jwks_uri", "must be https://host/path or http://host/path");
        }
        return uris;
    }

    private static AddressRanges rejected(Section section) {
        AddressRanges rejected =
                section.flag("block_local_jwks").orElse(false) ? AddressRanges.local() : AddressRanges.none();
        for (String text : section.texts("jwks_reject_ip_ranges")) {
            Optional<AddressRanges> range = AddressRanges.parse(text);
            if (range.isEmpty()) {
                section.reject(
                        "jwks_reject_ip_ranges",
                        "has \"" + text + "\", needed are ranges such as 10.0.0.0/8, or local");
            }
            rejected = rejected.and(range.orElse(AddressRanges.none()));
        }
        return rejected;
    }

    private static Optional<String> secret(Section section, boolean supabase) {
        Optional<String> secret = section.text("supabase_jwt_secret");
        if (secret.isPresent() && !supabase) {
            section.warning("supabase_jwt_secret", "has no effect without \"supabase: true\"");
        }
        if (secret.isPresent() && secret.get().length() < LEAST_SECRET_CHARACTERS) {
            section.reject("supabase_jwt_secret", "must have at least " + LEAST_SECRET_CHARACTERS + " characters");
        }
        return secret.filter(text -> supabase);
    }

    private static List<Map<String, String>> keys(Section jwks) {
        List<Map<String, String>> keys =
                jwks.sections("keys").stream().map(WrittenKey::read).toList();
        jwks.end();
        return keys;
    }

    /** Hides the keys: some are secrets. */
    @Override
    public String toString() {
        return "ClientAuth[" + jwksUris.size() + " JWKS URIs, " + keys.size() + " keys, audience " + audience + "]";
    }
}
