package io.serai.api.sync;

import io.serai.bucket.OpId;
import io.serai.change.Json;
import io.serai.syncrules.ClientRequest.Subscription;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request for a stream. Immutable.
 *
 * @param positions the buckets that the client has, and the last operation of each
 * @param rawData whether it takes the data of rows as JSON text; else as JSON
 * @param clientId what it calls itself; empty when it does not
 * @param parameters its connection parameters
 * @param only the buckets that it wants, of those that it may have; empty for all
 * @param subscriptions the streams that it names
 * @param includesDefaults whether it also wants those that clients get without asking
 */
record StreamRequest(
        Map<String, OpId> positions,
        boolean rawData,
        String clientId,
        Json.Object parameters,
        Optional<Set<String>> only,
        List<Subscription> subscriptions,
        boolean includesDefaults) {
    private static final int LOWEST_PRIORITY = 3;
    private static final int LONGEST_CLIENT_ID = 256;
    private static final Json.Object EMPTY = new Json.Object(List.of());

    StreamRequest {
        positions = Map.copyOf(positions);
        only = only.map(Set::copyOf);
        subscriptions = List.copyOf(subscriptions);
    }

    static StreamRequest parse(String body) throws RequestRefused {
        Json.Object root = object(RequestJson.read(body), "The body");
        Json.Object streams = object(root.get("streams"), "\"streams\"");
        return new StreamRequest(
                positions(root),
                flag(root.get("raw_data"), "\"raw_data\"", false),
                clientId(root.get("client_id")),
                object(root.get("parameters"), "\"parameters\""),
                only(root.get("only")),
                subscriptions(streams),
                flag(streams.get("include_defaults"), "\"streams.include_defaults\"", true));
    }

    /** What a client calls itself, in whichever request; it is stored, so it is not as long as a client likes. */
    static String clientId(@Nullable Json json) throws RequestRefused {
        String id = text(json, "\"client_id\"").orElse("");
        if (id.length() > LONGEST_CLIENT_ID) {
            throw RequestRefused.invalid("\"client_id\" is longer than " + LONGEST_CLIENT_ID + " characters.");
        }
        return id;
    }

    private static Map<String, OpId> positions(Json.Object root) throws RequestRefused {
        Map<String, OpId> positions = new HashMap<>();
        for (Json element : array(root.get("buckets"), "\"buckets\"")) {
            Json.Object bucket = object(element, "A bucket");
            String name = text(bucket.get("name"), "A bucket's \"name\"")
                    .orElseThrow(() -> RequestRefused.invalid("A bucket has no \"name\"."));
            positions.put(name, new OpId(RequestJson.number(bucket.get("after"), "A bucket's \"after\"")));
        }
        return positions;
    }

    private static Optional<Set<String>> only(@Nullable Json json) throws RequestRefused {
        if (isMissing(json)) {
            return Optional.empty();
        }
        Set<String> names = new HashSet<>();
        for (Json element : array(json, "\"only\"")) {
            names.add(text(element, "An element of \"only\"").orElse(""));
        }
        return Optional.of(names);
    }

    private static List<Subscription> subscriptions(Json.Object streams) throws RequestRefused {
        List<Subscription> subscriptions = new ArrayList<>();
        for (Json element : array(streams.get("subscriptions"), "\"streams.subscriptions\"")) {
            Json.Object subscription = object(element, "A subscription");
            String stream = text(subscription.get("stream"), "A subscription's \"stream\"")
                    .orElseThrow(() -> RequestRefused.invalid("A subscription has no \"stream\"."));
            Json parameters = subscription.get("parameters");
            subscriptions.add(new Subscription(
                    stream,
                    isMissing(parameters)
                            ? Optional.empty()
                            : Optional.of(object(parameters, "A subscription's \"parameters\"")),
                    priority(subscription.get("override_priority"))));
        }
        return subscriptions;
    }

    private static Optional<Integer> priority(@Nullable Json json) throws RequestRefused {
        if (isMissing(json)) {
            return Optional.empty();
        }
        if (json instanceof Json.IntegerNumber number
                && number.value().signum() >= 0
                && number.value().compareTo(BigInteger.valueOf(LOWEST_PRIORITY)) <= 0) {
            return Optional.of(number.value().intValue());
        }
        throw RequestRefused.invalid("A subscription's \"override_priority\" is not 0, 1, 2 or 3.");
    }

    private static boolean isMissing(@Nullable Json json) {
        return json == null || json == Json.Literal.NULL;
    }

    private static Json.Object object(@Nullable Json json, String what) throws RequestRefused {
        return switch (json) {
            case null -> EMPTY;
            case Json.Object object -> object;
            case Json.Literal literal when literal == Json.Literal.NULL -> EMPTY;
            default -> throw RequestRefused.invalid(what + " is not a JSON object.");
        };
    }

    private static List<Json> array(@Nullable Json json, String what) throws RequestRefused {
        return switch (json) {
            case null -> List.of();
            case Json.Array array -> array.elements();
            case Json.Literal literal when literal == Json.Literal.NULL -> List.of();
            default -> throw RequestRefused.invalid(what + " is not a JSON array.");
        };
    }

    private static Optional<String> text(@Nullable Json json, String what) throws RequestRefused {
        return switch (json) {
            case null -> Optional.empty();
            case Json.Text text -> Optional.of(text.value());
            case Json.Literal literal when literal == Json.Literal.NULL -> Optional.empty();
            default -> throw RequestRefused.invalid(what + " is not a JSON string.");
        };
    }

    private static boolean flag(@Nullable Json json, String what, boolean whenMissing) throws RequestRefused {
        return switch (json) {
            case null -> whenMissing;
            case Json.Literal literal -> literal == Json.Literal.NULL ? whenMissing : literal == Json.Literal.TRUE;
            default -> throw RequestRefused.invalid(what + " is not true or false.");
        };
    }
}
