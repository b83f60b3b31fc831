package io.serai.api.auth;

import io.serai.change.Json;
import java.time.Instant;

/**
 * What a token says whose signature and claims were found good. Immutable.
 *
 * @param userId its {@code sub}; not empty
 * @param claims its whole payload, as it was signed
 * @param expiresAt from when on it is not accepted any more: its {@code exp}, and what clocks may differ
 */
public record Token(String userId, Json.Object claims, Instant expiresAt) {
    /** Keeps claims out of logs. */
    @Override
    public String toString() {
        return "Token until " + expiresAt;
    }
}
