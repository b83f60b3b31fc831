package io.serai.api.auth;

import java.security.Key;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmFactoryFactory;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * A key that verifies signatures, with the algorithms that it may be used with: the one that it names, or those of its type. A public key
 * never belongs to an algorithm with a shared secret, nor the other way round, and {@code none} belongs to no key. Immutable.
 */
final class VerificationKey {
    /** RFC 7518, section 3.1, and RFC 8037, section 3.1. */
    private static final Map<String, List<String>> ALGORITHMS = Map.of(
            "RSA", List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
            "EC", List.of("ES256", "ES384", "ES512"),
            "OKP", List.of("EdDSA"),
            "oct", List.of("HS256", "HS384", "HS512"));

    private final Optional<String> kid;
    private final Set<String> algorithms;
    private final Key key;

    private VerificationKey(Optional<String> kid, Set<String> algorithms, Key key) {
        this.kid = kid;
        this.algorithms = Set.copyOf(algorithms);
        this.key = key;
    }

    /**
     * Reads a JSON Web Key (RFC 7517); private parts are left out.
     *
     * @param members its members that are text
     * @throws JoseException when no signature can be verified with it; the message says why, and holds nothing of the key
     */
    static VerificationKey read(Map<String, String> members) throws JoseException {
        String type = members.getOrDefault("kty", "");
        List<String> ofType = ALGORITHMS.get(type);
        if (ofType == null) {
            throw new JoseException("its kty is \"" + type + "\", needed is RSA, EC, OKP or oct");
        }
        if (!members.getOrDefault("use", "sig").equals("sig")) {
            throw new JoseException("its use is \"" + members.get("use") + "\", needed is sig");
        }
        Key key = key(members);
        Set<String> algorithms = new HashSet<>();
        JoseException unusable = new JoseException("its alg is not one of " + String.join(", ", ofType));
        for (String algorithm : ofType) {
            if (members.getOrDefault("alg", algorithm).equals(algorithm)) {
                try {
                    AlgorithmFactoryFactory.getInstance()
                            .getJwsAlgorithmFactory()
                            .getAlgorithm(algorithm)
                            .validateVerificationKey(key);
                    algorithms.add(algorithm);
                } catch (JoseException e) { // another size, or another curve
                    unusable = e;
                }
            }
        }
        if (algorithms.isEmpty()) {
            throw unusable;
        }
        return new VerificationKey(Optional.ofNullable(members.get("kid")), algorithms, key);
    }

    private static Key key(Map<String, String> members) throws JoseException {
        Map<String, Object> publicMembers = new HashMap<>();
        for (String name : List.of("kty", "crv", "n", "e", "x", "y", "k")) {
            if (members.containsKey(name)) {
                publicMembers.put(name, members.get(name));
            }
        }
        try {
            return JsonWebKey.Factory.newJwk(publicMembers).getKey();
        } catch (RuntimeException e) { // jose4j 0.9.6 says so of numbers and points that are none
            throw new JoseException("its numbers are not those of a key", e);
        }
    }

    /** The id by which tokens name it; empty when it has none. */
    Optional<String> kid() {
        return kid;
    }

    /** Whether it may verify signatures of this algorithm. */
    boolean allows(String algorithm) {
        return algorithms.contains(algorithm);
    }

    /** Whether the token was signed with this key, or its private part. */
    boolean verifies(SignedToken token) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmConstraints(new AlgorithmConstraints(
                AlgorithmConstraints.ConstraintType.PERMIT, algorithms.toArray(String[]::new)));
        try {
            signature.setCompactSerialization(token.compact());
            signature.setKey(key);
            return signature.verifySignature();
        } catch (JoseException e) { // another form of signature than this key's
            return false;
        }
    }
}
