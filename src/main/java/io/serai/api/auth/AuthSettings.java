package io.serai.api.auth;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Whose tokens are accepted. Immutable.
 *
 * @param keys JSON Web Keys, as their members of text
 * @param keyUris where sets of more keys are served, by http or https
 * @param isAllowed whether keys may be fetched from a server with this address
 * @param audiences a token needs one of them in its {@code aud}; with none, no token is accepted
 * @param maxLifetime the longest time from a token's {@code iat} to its {@code exp}
 */
public record AuthSettings(
        List<Map<String, String>> keys,
        List<URI> keyUris,
        Predicate<InetAddress> isAllowed,
        Set<String> audiences,
        Duration maxLifetime) {
    /** Copies the collections. */
    public AuthSettings {
        keys = keys.stream().map(Map::copyOf).toList();
        keyUris = List.copyOf(keyUris);
        audiences = Set.copyOf(audiences);
    }

    /** Hides the keys: some are secrets. */
    @Override
    public String toString() {
        return "AuthSettings[" + keys.size() + " keys, " + keyUris.size() + " URIs, audiences " + audiences + ", "
                + maxLifetime + "]";
    }
}
