package io.serai.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code client_auth}: whose tokens the sync API accepts. Immutable.
 *
 * @param jwksUris where public keys are fetched
 * @param keys keys that are written in the file, as JSON Web Keys
 * @param supabaseJwtSecret a shared secret, base64url or plain text
 * @param audience accepted {@code aud} claims
 */
public record ClientAuth(
        List<String> jwksUris,
        boolean blockLocalJwks,
        List<String> jwksRejectIpRanges,
        List<Map<String, String>> keys,
        boolean supabase,
        Optional<String> supabaseJwtSecret,
        List<String> audience) {
    /** Copies the lists. */
    public ClientAuth {
        jwksUris = List.copyOf(jwksUris);
        jwksRejectIpRanges = List.copyOf(jwksRejectIpRanges);
        keys = keys.stream().map(Map::copyOf).toList();
        audience = List.copyOf(audience);
    }

    static ClientAuth read(Section section) {
        ClientAuth read = new ClientAuth(
                section.texts("jwks_uri"),
                section.flag("block_local_jwks").orElse(false),
                section.texts("jwks_reject_ip_ranges"),
                section.section("jwks").map(ClientAuth::keys).orElse(List.of()),
                section.flag("supabase").orElse(false),
                section.text("supabase_jwt_secret"),
                section.texts("audience"));
        section.end();
        return read;
    }

    private static List<Map<String, String>> keys(Section jwks) {
        List<Map<String, String>> keys = jwks.sections("keys").stream()
                .map(key -> {
                    key.requiredText("kty", "RSA");
                    return key.anyTexts();
                })
                .toList();
        jwks.end();
        return keys;
    }

    /** Hides the keys: some are secrets. */
    @Override
    public String toString() {
        return "ClientAuth[" + jwksUris.size() + " JWKS URIs, " + keys.size() + " keys, audience " + audience + "]";
    }
}
