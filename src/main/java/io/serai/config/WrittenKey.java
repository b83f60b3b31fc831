package io.serai.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a key of {@code client_auth.jwks.keys}: the members of a JSON Web Key (RFC 7517) that verify signatures. */
final class WrittenKey {
    private static final Map<String, Type> TYPES = Map.of(
            "RSA",
            new Type(List.of("n", "e"), List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")),
            "EC",
            new Type(List.of("crv", "x", "y"), List.of("ES256", "ES384", "ES512")),
            "OKP",
            new Type(List.of("crv", "x"), List.of("EdDSA")),
            "oct",
            new Type(List.of("k"), List.of("HS256", "HS384", "HS512")));

    /** What a type of key needs, and is for. */
    private record Type(List<String> needed, List<String> algorithms) {}

    private WrittenKey() {}

    static Map<String, String> read(Section key) {
        Map<String, String> members = new LinkedHashMap<>();
        String name = key.requiredText("kty", "RSA");
        members.put("kty", name);
        for (String member : List.of("kid", "alg", "use", "crv", "n", "e", "x", "y", "k")) {
            key.text(member).ifPresent(value -> members.put(member, value));
        }
        Type type = TYPES.get(name);
        if (type != null) {
            type.needed().forEach(member -> key.requiredText(member, "…"));
            String algorithm = members.get("alg");
            if (algorithm != null && !type.algorithms().contains(algorithm)) {
                key.reject(
                        "alg",
                        "is \"" + algorithm + "\", which a key of type " + name + " is not for; needed is "
                                + String.join(", ", type.algorithms()));
            }
        } else if (!name.isEmpty()) {
            key.reject("kty", "is \"" + name + "\", needed is RSA, EC, OKP or oct");
        }
        key.accept("key_ops", "ext", "x5u", "x5c", "x5t", "x5t#S256");
        for (String member : List.of("d", "p", "q", "dp", "dq", "qi", "oth")) {
            if (key.has(member)) {
                key.warning(member, "is of a private key, and not needed here: take it out");
            }
        }
        key.end();
        return members;
    }
}
