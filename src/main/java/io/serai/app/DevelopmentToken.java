package io.serai.app;

import io.serai.change.Json;
import io.serai.config.ClientAuth;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens for trying things out, signed with a shared secret that {@code client_auth} has. */
public final class DevelopmentToken {
    private static final int SECRET_BYTES = 32;
    private static final Map<String, String> ALGORITHMS =
            Map.of("HS256", "HmacSHA256", "HS384", "HmacSHA384", "HS512", "HmacSHA512");

    private DevelopmentToken() {}

    /** A new secret for HS256, as a key's member {@code k} has it. */
    public static String newSecret() {
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        return base64(secret);
    }

    /**
     * A token with the first key and the first audience that fit.
     *
     * @throws SeraiException {@code COMMAND_NO_SECRET} when there is none
     */
    public static String of(ClientAuth auth, String user, Instant now, Duration lifetime) {
        Map<String, String> key = auth.keys().stream()
                .filter(each -> "oct".equals(each.get("kty")) && each.containsKey("k"))
                .filter(each -> ALGORITHMS.containsKey(each.getOrDefault("alg", "HS256")))
                .findFirst()
                .orElseThrow(() -> missing("client_auth.jwks has no key with `kty: oct`"));
        List<String> audiences = auth.audience();
        if (audiences.isEmpty()) {
            throw missing("client_auth.audience is empty");
        }
        String algorithm = key.getOrDefault("alg", "HS256");
        String kid = key.containsKey("kid") ? ",\"kid\":" + quoted(key.getOrDefault("kid", "")) : "";
        String header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"" + kid + "}";
        String payload = "{\"sub\":" + quoted(user) + ",\"aud\":" + quoted(audiences.getFirst()) + ",\"iat\":"
                + now.getEpochSecond() + ",\"exp\":" + now.plus(lifetime).getEpochSecond() + "}";
        String signed = base64(header.getBytes(StandardCharsets.UTF_8)) + "."
                + base64(payload.getBytes(StandardCharsets.UTF_8));
        byte[] secret = Base64.getUrlDecoder().decode(key.getOrDefault("k", ""));
        return signed + "." + base64(signature(ALGORITHMS.getOrDefault(algorithm, ""), secret, signed));
    }

    private static byte[] signature(String algorithm, byte[] secret, String signed) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            return mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    private static SeraiException missing(String what) {
        return new SeraiException(
                ErrorCode.COMMAND_NO_SECRET,
                "No token can be signed: " + what,
                "",
                ErrorCode.COMMAND_NO_SECRET.remedy());
    }

    private static String quoted(String text) {
        return new Json.Text(text).text();
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
