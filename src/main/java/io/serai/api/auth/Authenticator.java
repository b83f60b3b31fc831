package io.serai.api.auth;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the {@code Authorization} header of a request who sends it. A token costs the same whoever made it: its size is bounded, its
 * signature is looked at before what it says, and one that is refused leaves nothing behind. Thread-safe.
 */
public final class Authenticator {
    private final KeySet keys;
    private final ClaimRules rules;

    /** @throws SeraiException {@code CONFIG_INVALID} when a key cannot be used */
    public Authenticator(AuthSettings settings, Clock clock) {
        this.keys = new KeySet(keys(settings.keys()));
        this.rules = new ClaimRules(settings.audiences(), settings.maxLifetime(), clock);
    }

    private static List<VerificationKey> keys(List<Map<String, String>> written) {
        List<VerificationKey> keys = new ArrayList<>();
        for (Map<String, String> key : written) {
            try {
                keys.add(VerificationKey.read(key));
            } catch (JoseException e) {
                throw new SeraiException(
                        ErrorCode.CONFIG_INVALID,
                        "A key cannot be used: " + e.getMessage(),
                        "client_auth.jwks.keys[" + keys.size() + "]",
                        "Correct the key, or take it out.",
                        e);
            }
        }
        return keys;
    }

    /**
     * The token of a request.
     *
     * @param authorization {@code Token JWT} or {@code Bearer JWT}, the first word in upper or lower case; null when the request has no such
     *     header
     * @throws AuthException when there is none, or it is not accepted
     */
    public Token authenticate(@Nullable String authorization) throws AuthException {
        SignedToken token = SignedToken.of(authorization);
        List<VerificationKey> candidates = keys.candidates(token);
        if (candidates.isEmpty()) {
            throw Rejection.KEY_UNKNOWN.because(
                    keys.names(token.kid())
                            ? "The key that a token names is for another algorithm"
                            : "No key has the kid of a token, and none without a kid is for its algorithm");
        }
        if (candidates.stream().noneMatch(key -> key.verifies(token))) {
            throw Rejection.SIGNATURE.because("No key verifies the signature of a token");
        }
        return rules.check(token.claims());
    }
}
