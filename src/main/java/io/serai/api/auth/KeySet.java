package io.serai.api.auth;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.lang.JoseException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keys that verify tokens. Immutable. */
final class KeySet {
    static final KeySet EMPTY = new KeySet(List.of());
    /** More in one set are not used: each may cost a stranger's token one signature. */
    static final int MAX_SERVED = 100;

    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);

    private final List<VerificationKey> keys;

    private KeySet(List<VerificationKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /**
     * The keys that service.yaml has.
     *
     * @throws SeraiException {@code CONFIG_INVALID} when one cannot be used
     */
    static KeySet written(List<Map<String, String>> written) {
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
        return new KeySet(keys);
    }

    /**
     * The public keys of a JSON Web Key Set (RFC 7517, section 5). Keys of which no use can be made are left out, and so are shared secrets: what a
     * URI serves is none.
     *
     * @throws IllegalArgumentException when it is no such set
     */
    static KeySet served(String text) {
        if (!(JsonReader.read(text) instanceof Json.Object set) || !(set.get("keys") instanceof Json.Array served)) {
            throw new IllegalArgumentException("it is not an object with \"keys\"");
        }
        List<VerificationKey> keys = new ArrayList<>();
        for (Json key : served.elements()
                .subList(0, Math.min(MAX_SERVED, served.elements().size()))) {
            Map<String, String> members = texts(key);
            if (!members.getOrDefault("kty", "").equals("oct")) {
                try {
                    keys.add(VerificationKey.read(members));
                } catch (JoseException e) {
                    LOG.atDebug().addKeyValue("reason", e.getMessage()).log("A key that is served cannot be used");
                }
            }
        }
        return new KeySet(keys);
    }

    static KeySet union(List<KeySet> sets) {
        return new KeySet(sets.stream().flatMap(set -> set.keys.stream()).toList());
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

    /** Whether one of them signed the token. */
    boolean verifies(SignedToken token) {
        return candidates(token).stream().anyMatch(key -> key.verifies(token));
    }

    private static Map<String, String> texts(Json key) {
        Map<String, String> texts = new HashMap<>();
        if (key instanceof Json.Object object) {
            for (Json.Member member : object.members()) {
                if (member.value() instanceof Json.Text text) {
                    texts.put(member.name(), text.value());
                }
            }
        }
        return texts;
    }
}
