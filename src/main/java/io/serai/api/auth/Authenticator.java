package io.serai.api.auth;

import io.serai.error.SeraiException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells from the {@code Authorization} header of a request who sends it. A token costs about the same whoever made it: its size is bounded, its
 * signature is looked at before what it says, and no stranger makes keys be fetched more often than every ten seconds. Thread-safe.
 */
public final class Authenticator implements AutoCloseable {
    private final KeySet written;
    private final List<RemoteKeys> remotes;
    private final Optional<JwksClient> client;
    private final ClaimRules rules;

    /**
     * Begins to fetch keys and does not wait for them.
     *
     * @throws SeraiException {@code CONFIG_INVALID} when a key cannot be used
     */
    public Authenticator(AuthSettings settings, Clock clock) {
        this.written = KeySet.written(settings.keys());
        this.rules = new ClaimRules(settings.audiences(), settings.maxLifetime(), clock);
        this.client = settings.keyUris().isEmpty()
                ? Optional.empty()
                : Optional.of(new JwksClient(settings.isAllowed(), JwksClient.OPTIONS));
        this.remotes = client.stream()
                .flatMap(fetch -> settings.keyUris().stream().map(uri -> new RemoteKeys(uri, fetch, clock)))
                .toList();
    }

    /**
     * The token of a request. May wait for keys, up to {@link RemoteKeys#PATIENCE}: when none were fetched yet, or when no key has the token's kid.
     *
     * @param authorization {@code Token JWT} or {@code Bearer JWT}, the first word in upper or lower case; null when the request has no such
     *     header
     * @throws AuthException when there is none, or it is not accepted
     */
    public Token authenticate(@Nullable String authorization) throws AuthException {
        SignedToken token = SignedToken.of(authorization);
        KeySet keys = keys();
        boolean isVerified = keys.verifies(token);
        if (!isVerified && !keys.names(token.kid()) && !remotes.isEmpty()) {
            remotes.forEach(RemoteKeys::refresh);
            keys = keys();
            isVerified = keys.verifies(token);
        }
        if (!isVerified) {
            throw rejection(token, keys);
        }
        return rules.check(token.claims());
    }

    /** The keys of all origins, as far as they are there. */
    private KeySet keys() {
        if (remotes.isEmpty()) {
            return written;
        }
        List<KeySet> all = new ArrayList<>(List.of(written));
        remotes.forEach(remote -> all.add(remote.keys()));
        return KeySet.union(all);
    }

    private AuthException rejection(SignedToken token, KeySet keys) {
        if (!keys.names(token.kid())) {
            for (RemoteKeys remote : remotes) {
                Optional<SeraiException> failure = remote.failure();
                if (failure.isPresent()) {
                    return Rejection.of(failure.get());
                }
            }
        }
        if (!keys.candidates(token).isEmpty()) {
            return Rejection.SIGNATURE.because("No key verifies the signature of a token");
        }
        return Rejection.KEY_UNKNOWN.because(
                keys.names(token.kid())
                        ? "The key that a token names is for another algorithm"
                        : "No key has the kid of a token, and none without a kid is for its algorithm");
    }

    /** Ends what fetches keys. */
    @Override
    public void close() {
        client.ifPresent(JwksClient::close);
    }
}
