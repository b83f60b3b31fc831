package io.serai.api.auth;

import java.security.Key;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.OctJwkGenerator;
import org.jose4j.jwk.OkpJwkGenerator;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** Signs tokens as an authentication service does. Immutable. */
record Signer(JsonWebKey jwk, String algorithm, Optional<String> kid) {
    /** A new key for the algorithm, of a common size; EdDSA is with Ed25519. */
    static Signer of(String algorithm, String kid) {
        try {
            JsonWebKey key = switch (algorithm) {
                case "ES256" -> EcJwkGenerator.generateJwk(EllipticCurves.P256);
                case "ES384" -> EcJwkGenerator.generateJwk(EllipticCurves.P384);
                case "ES512" -> EcJwkGenerator.generateJwk(EllipticCurves.P521);
                case "EdDSA" -> OkpJwkGenerator.generateJwk("Ed25519");
                case "Ed448" -> OkpJwkGenerator.generateJwk("Ed448");
                case "HS256", "HS384", "HS512" -> OctJwkGenerator.generateJwk(512);
                default -> RsaJwkGenerator.generateJwk(2048);
            };
            return new Signer(key, algorithm.equals("Ed448") ? "EdDSA" : algorithm, Optional.of(kid));
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    Signer with(String otherAlgorithm) {
        return new Signer(jwk, otherAlgorithm, kid);
    }

    Signer named(String otherKid) {
        return new Signer(jwk, algorithm, Optional.of(otherKid));
    }

    Signer withoutKid() {
        return new Signer(jwk, algorithm, Optional.empty());
    }

    /** The key as a set of keys has it: without its private part, and without an {@code alg}. */
    Map<String, String> published() {
        JsonWebKey.OutputControlLevel level = jwk instanceof PublicJsonWebKey
                ? JsonWebKey.OutputControlLevel.PUBLIC_ONLY
                : JsonWebKey.OutputControlLevel.INCLUDE_SYMMETRIC;
        Map<String, String> members = new HashMap<>();
        jwk.toParams(level).forEach((name, value) -> members.put(name, value.toString()));
        kid.ifPresent(id -> members.put("kid", id));
        return members;
    }

    Map<String, String> publishedFor(String alg) {
        Map<String, String> members = published();
        members.put("alg", alg);
        return members;
    }

    /** An Authorization header with a token of this payload. */
    String header(String payload) {
        return "Token " + compact(payload);
    }

    String compact(String payload) {
        Key key = jwk instanceof PublicJsonWebKey pair ? pair.getPrivateKey() : jwk.getKey();
        return compact(payload, key);
    }

    String compact(String payload, Key key) {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
        signature.setAlgorithmHeaderValue(algorithm);
        kid.ifPresent(signature::setKeyIdHeaderValue);
        signature.setPayload(payload);
        signature.setKey(key);
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
