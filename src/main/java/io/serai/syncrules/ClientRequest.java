package io.serai.syncrules;

import io.serai.change.Json;
import java.util.List;
import java.util.Optional;

/**
 * What a client asks for, once its token was verified. Immutable.
 *
 * @param token the payload of its JWT
 * @param parameters its connection parameters
 * @param subscriptions the streams that it names, in its order
 * @param includesDefaults whether it also wants the streams with {@code auto_subscribe}
 */
public record ClientRequest(
        Json.Object token, Json.Object parameters, List<Subscription> subscriptions, boolean includesDefaults) {
    /** Copies the list. */
    public ClientRequest {
        subscriptions = List.copyOf(subscriptions);
    }

    /** Keeps secrets out of logs. */
    @Override
    public String toString() {
        return "ClientRequest of " + subscriptions.size() + " subscriptions";
    }

    /**
     * A subscription to a stream.
     *
     * @param parameters its parameters; empty when it gives none
     * @param priority the priority that it wants instead of the stream's
     */
    public record Subscription(String stream, Optional<Json> parameters, Optional<Integer> priority) {}
}
