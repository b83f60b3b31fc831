package io.serai.syncrules.random;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonText;
import io.serai.syncrules.ClientRequest;
import io.serai.syncrules.ClientRequest.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** A client as JSON texts. Immutable. */
record RandomClient(String token, String parameters, List<RandomSubscription> subscriptions) {
    /** A stream and the JSON text of a subscription's parameters. */
    record RandomSubscription(String stream, String parameters) {}

    static RandomClient next(Random random, List<String> streams) {
        List<RandomSubscription> subscriptions = new ArrayList<>();
        for (String stream : streams) {
            for (int i = random.nextInt(3); i > 0; i--) {
                subscriptions.add(new RandomSubscription(stream, members(random)));
            }
        }
        return new RandomClient(members(random), members(random), subscriptions);
    }

    private static String members(Random random) {
        List<String> members = new ArrayList<>();
        members.add("\"sub\":" + JsonText.quoted(SourceTable.word(random)));
        members.add("\"team\":" + JsonText.quoted(SourceTable.word(random)));
        members.add("\"level\":" + random.nextInt(-2, 5));
        members.add("\"teams\":" + SourceTable.words(random));
        members.removeIf(member -> random.nextInt(8) == 0);
        return "{" + String.join(",", members) + "}";
    }

    ClientRequest request() {
        return new ClientRequest(
                (Json.Object) JsonReader.read(token),
                (Json.Object) JsonReader.read(parameters),
                subscriptions.stream()
                        .map(given -> new Subscription(
                                given.stream, Optional.of(JsonReader.read(given.parameters)), Optional.empty()))
                        .toList(),
                true);
    }
}
