package io.serai.api.auth;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A JWT in its compact form (RFC 7519, signed as RFC 7515 says) whose signature nobody has looked at yet. Immutable.
 *
 * @param compact header, payload and signature, as they were sent
 * @param algorithm its {@code alg}
 * @param kid names the key; empty when it names none
 */
record SignedToken(String compact, String algorithm, Optional<String> kid) {
    /** Longer ones are refused before anything in them is read. */
    static final int MAX_CHARACTERS = 16 * 1024;

    private static final Pattern AUTHORIZATION = Pattern.compile("(?i:token|bearer) +(.*)", Pattern.DOTALL);
    private static final Pattern COMPACT = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*");

    /** Takes the token out of an {@code Authorization} header; null when there was none. */
    static SignedToken of(@Nullable String authorization) throws AuthException {
        var parts = AUTHORIZATION.matcher(authorization == null ? "" : authorization);
        if (!parts.matches() || parts.group(1).isBlank()) {
            throw Rejection.MISSING.because(
                    "A request has no Authorization header with \"Token\" or \"Bearer\" and a token");
        }
        String compact = parts.group(1).strip();
        if (compact.length() > MAX_CHARACTERS) {
            throw malformed("it has " + compact.length() + " characters");
        }
        if (!COMPACT.matcher(compact).matches()) {
            throw malformed("it does not consist of three parts in base64url");
        }
        Json.Object header = object(compact, 0);
        if (header.get("crit") != null) {
            throw malformed("its header has \"crit\", and no extension is known here");
        }
        if (!(header.get("alg") instanceof Json.Text algorithm)) {
            throw malformed("its header has no \"alg\"");
        }
        Json kid = header.get("kid");
        if (kid != null && !(kid instanceof Json.Text)) {
            throw malformed("its header has a \"kid\" that is not text");
        }
        return new SignedToken(
                compact,
                algorithm.value(),
                kid instanceof Json.Text text ? Optional.of(text.value()) : Optional.empty());
    }

    /** The payload; who calls this has verified the signature. */
    Json.Object claims() throws AuthException {
        return object(compact, 1);
    }

    private static Json.Object object(String compact, int part) throws AuthException {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(compact.split("\\.", -1)[part]);
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (JsonReader.read(text) instanceof Json.Object object) {
                return object;
            }
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // told below; a JsonSyntaxException is an IllegalArgumentException
        }
        throw malformed((part == 0 ? "its header" : "its payload") + " is not a JSON object");
    }

    private static AuthException malformed(String found) {
        return Rejection.MALFORMED.because("A token is not a signed JWT: " + found);
    }

    /** Keeps tokens out of logs. */
    @Override
    public String toString() {
        return "SignedToken of " + compact.length() + " characters";
    }
}
