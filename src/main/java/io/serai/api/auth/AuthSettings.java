package io.serai.api.auth;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whose tokens are accepted. Immutable.
 *
 * @param keys JSON Web Keys, as their members of text
 * @param audiences a token needs one of them in its {@code aud}; with none, no token is accepted
 * @param maxLifetime the longest time from a token's {@code iat} to its {@code exp}
 */
public record AuthSettings(List<Map<String, String>> keys, Set<String> audiences, Duration maxLifetime) {
    /** Copies the collections. */
    public AuthSettings {
        keys = keys.stream().map(Map::copyOf).toList();
        audiences = Set.copyOf(audiences);
    }

    /** Hides the keys: some are secrets. */
    @Override
    public String toString() {
        return "AuthSettings[" + keys.size() + " keys, audiences " + audiences + ", " + maxLifetime + "]";
    }
}
