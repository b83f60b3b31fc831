package io.serai.api.auth;

import java.util.List;
import java.util.Optional;

/** Keys of one origin. Immutable. */
final class KeySet {
    static final KeySet EMPTY = new KeySet(List.of());

    private final List<VerificationKey> keys;

    KeySet(List<VerificationKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Whether a key has this id. */
    boolean names(Optional<String> kid) {
        return kid.isPresent() && keys.stream().anyMatch(key -> key.kid().equals(kid));
    }

    /** The keys that may have signed the token: those that it names, or, when it names none of these, those without an id. */
    List<VerificationKey> candidates(SignedToken token) {
        Optional<String> kid = names(token.kid()) ? token.kid() : Optional.empty();
        return keys.stream()
                .filter(key -> key.kid().equals(kid) && key.allows(token.algorithm()))
                .toList();
    }
}
