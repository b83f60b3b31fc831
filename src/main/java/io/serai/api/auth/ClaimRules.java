package io.serai.api.auth;

import io.serai.change.Json;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Checks what a verified token says. Immutable. */
final class ClaimRules {
    /** What the clocks of those who issue tokens and ours may differ. */
    static final Duration SKEW = Duration.ofMinutes(1);

    /** In the year 5138: milliseconds since 1970 are no seconds. */
    private static final BigDecimal FARTHEST_SECOND = BigDecimal.valueOf(100_000_000_000L);

    private final Set<String> audiences;
    private final Duration maxLifetime;
    private final Clock clock;

    ClaimRules(Set<String> audiences, Duration maxLifetime, Clock clock) {
        this.audiences = audiences;
        this.maxLifetime = maxLifetime;
        this.clock = clock;
    }

    Token check(Json.Object claims) throws AuthException {
        Instant now = clock.instant();
        Instant expires = time(claims, "exp").orElseThrow(() -> lacks("exp"));
        Instant issued = time(claims, "iat").orElseThrow(() -> lacks("iat"));
        Instant refused = expires.plus(SKEW);
        if (!now.isBefore(refused)) {
            throw Rejection.EXPIRED.because("A token expired at " + expires);
        }
        Instant valid = time(claims, "nbf").filter(issued::isBefore).orElse(issued);
        if (valid.minus(SKEW).isAfter(now)) {
            throw Rejection.NOT_YET_VALID.because("A token is valid from " + valid + " on");
        }
        if (issued.plus(maxLifetime).isBefore(expires)) {
            throw Rejection.LIFETIME.because("A token is valid for " + Duration.between(issued, expires) + ", at most "
                    + maxLifetime + " are allowed");
        }
        if (audiences(claims).noneMatch(audiences::contains)) {
            throw Rejection.AUDIENCE.because("A token is for none of the audiences " + audiences);
        }
        if (!(claims.get("sub") instanceof Json.Text user) || user.value().isEmpty()) {
            throw lacks("sub");
        }
        return new Token(user.value(), claims, refused);
    }

    /** A NumericDate (RFC 7519, section 2): seconds since 1970, with a fraction perhaps. */
    private static Optional<Instant> time(Json.Object claims, String name) throws AuthException {
        Json json = claims.get(name);
        if (json == null) {
            return Optional.empty();
        }
        BigDecimal seconds = switch (json) {
            case Json.IntegerNumber number -> new BigDecimal(number.value());
            case Json.RealNumber number when Double.isFinite(number.value()) -> new BigDecimal(number.value());
            default -> throw lacks(name);
        };
        if (seconds.abs().compareTo(FARTHEST_SECOND) > 0) {
            throw lacks(name);
        }
        return Optional.of(Instant.ofEpochMilli(seconds.movePointRight(3).longValue()));
    }

    /** One text, or a list in which other things are passed over. */
    private static Stream<String> audiences(Json.Object claims) {
        Json audience = claims.get("aud");
        List<Json> all = audience instanceof Json.Array array
                ? array.elements()
                : audience == null ? List.of() : List.of(audience);
        return all.stream().filter(Json.Text.class::isInstance).map(text -> ((Json.Text) text).value());
    }

    private static AuthException lacks(String name) {
        return Rejection.CLAIM.because("A token has no \"" + name + "\" of the right form");
    }
}
