package io.serai.syncrules.evaluator;

import io.serai.change.Json;
import io.serai.change.JsonText;
import io.serai.change.Value;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of a client's request. All numbers in it are taken as doubles, as a client's JSON is: {@code 5} is REAL 5.0 (spec.md, section 12).
 * Immutable.
 */
public final class RequestValues {
    private final Json.Object token;
    private final Json.Object parameters;
    private final @Nullable Json subscription;

    /** The values of a verified token, of connection parameters and of a subscription's parameters, which may be null. */
    public RequestValues(Json.Object token, Json.Object parameters, @Nullable Json subscription) {
        this.token = (Json.Object) withDoubles(token);
        this.parameters = (Json.Object) withDoubles(parameters);
        this.subscription = subscription == null ? null : withDoubles(subscription);
    }

    Value get(Expression.Request request) {
        return switch (request.kind()) {
            case USER_ID -> userId();
            case JWT -> text(token);
            case CONNECTION -> text(parameters);
            case SUBSCRIPTION ->
                subscription == null || subscription == Json.Literal.NULL ? Value.of("{}") : text(subscription);
            case TOKEN_PARAMETER ->
                request.name().equals("user_id")
                        ? userId()
                        : legacy(
                                token.get("parameters") instanceof Json.Object object
                                        ? object.get(request.name())
                                        : null);
            case USER_PARAMETER -> legacy(parameters.get(request.name()));
        };
    }

    private Value userId() {
        Json subject = token.get("sub");
        return subject == null ? Value.NULL : subject.toValue();
    }

    private static Value text(Json json) {
        return Value.of(json.text());
    }

    /** A member of the old parameter tables: integral numbers are INTEGER, and booleans within JSON text are 1 and 0. */
    private static Value legacy(@Nullable Json json) {
        return switch (json) {
            case null -> Value.NULL;
            case Json.RealNumber number
            when number.value() == Math.rint(number.value()) && Math.abs(number.value()) < 0x1p63 ->
                Value.of((long) number.value());
            case Json.Array ignored -> Value.of(textWithoutBooleans(json));
            case Json.Object ignored -> Value.of(textWithoutBooleans(json));
            default -> json.toValue();
        };
    }

    private static String textWithoutBooleans(Json json) {
        StringBuilder out = new StringBuilder();
        JsonText.append(out, withoutBooleans(json));
        return out.toString();
    }

    private static Json withoutBooleans(Json json) {
        return switch (json) {
            case Json.Literal literal ->
                switch (literal) {
                    case NULL -> literal;
                    case TRUE -> new Json.IntegerNumber(BigInteger.ONE);
                    case FALSE -> new Json.IntegerNumber(BigInteger.ZERO);
                };
            case Json.Array array ->
                new Json.Array(array.elements().stream()
                        .map(RequestValues::withoutBooleans)
                        .toList());
            case Json.Object object -> {
                List<Json.Member> members = new ArrayList<>();
                object.members()
                        .forEach(
                                member -> members.add(new Json.Member(member.name(), withoutBooleans(member.value()))));
                yield new Json.Object(members);
            }
            default -> json;
        };
    }

    private static Json withDoubles(Json json) {
        return switch (json) {
            case Json.IntegerNumber number -> new Json.RealNumber(number.value().doubleValue());
            case Json.Array array ->
                new Json.Array(array.elements().stream()
                        .map(RequestValues::withDoubles)
                        .toList());
            case Json.Object object -> {
                List<Json.Member> members = new ArrayList<>();
                object.members()
                        .forEach(member -> members.add(new Json.Member(member.name(), withDoubles(member.value()))));
                yield new Json.Object(members);
            }
            default -> json;
        };
    }
}
