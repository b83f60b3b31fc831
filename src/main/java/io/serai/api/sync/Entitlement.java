package io.serai.api.sync;

import io.serai.bucket.BucketName;
import io.serai.bucket.DefinitionId;
import io.serai.bucket.Lookup;
import io.serai.change.Json;
import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.syncrules.ClientBuckets;
import io.serai.syncrules.ClientBuckets.Bucket;
import io.serai.syncrules.ClientBuckets.Failure;
import io.serai.syncrules.ClientBuckets.LookupKey;
import io.serai.syncrules.ClientBuckets.Reason;
import io.serai.syncrules.ClientRequest;
import io.serai.syncrules.SyncRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The buckets that a client may have at a checkpoint, and why. Immutable.
 *
 * @param buckets by wire name, in the order in which they were found
 * @param lookups all that was looked up
 * @param streams the client's streams, as it is told of them
 */
record Entitlement(Map<String, Granted> buckets, Set<LookupKey> lookups, Json streams) {
    /** A bucket that the client may have. */
    record Granted(BucketName bucket, int priority, Json subscriptions) {}

    /** What the client may have that sends this request. */
    static Entitlement of(
            StreamRequest request,
            Json.Object claims,
            SyncRules rules,
            BucketStorage storage,
            Checkpoint checkpoint,
            SyncLimits limits)
            throws RequestRefused {
        ClientRequest asked =
                new ClientRequest(claims, request.parameters(), request.subscriptions(), request.includesDefaults());
        ClientBuckets found = rules.buckets(
                asked,
                key -> storage.lookups(key.definition(), key.index(), key.key(), checkpoint).stream()
                        .map(Lookup::values)
                        .toList());
        Optional<Failure> fatal =
                found.failures().stream().filter(Failure::fatal).findFirst();
        if (fatal.isPresent()) {
            throw RequestRefused.invalid(
                    fatal.get().query() + " cannot be evaluated: " + fatal.get().reason());
        }
        requireFew(found, limits);
        StreamList streams = StreamList.of(request, rules, found.failures());
        Map<String, Granted> buckets = new LinkedHashMap<>();
        for (Bucket bucket : found.buckets()) {
            BucketName name = bucket.bucket();
            String wireName = storage.generation(name.definition(), checkpoint) + "#" + name.name();
            if (request.only().map(only -> only.contains(wireName)).orElse(true)) {
                buckets.put(wireName, new Granted(name, bucket.priority(), streams.references(bucket.reasons())));
            }
        }
        return new Entitlement(buckets, found.lookups(), streams.json());
    }

    private static void requireFew(ClientBuckets found, SyncLimits limits) throws RequestRefused {
        if (found.buckets().size() > limits.buckets()) {
            throw RequestRefused.tooManyBuckets(
                    "Too many buckets: " + found.buckets().size() + ", allowed are "
                            + limits.buckets() + ". Most are of "
                            + most(
                                    found.buckets(),
                                    bucket -> DefinitionId.name(bucket.bucket().definition())) + ".");
        }
        if (found.lookupResults() > limits.lookupResults()) {
            throw RequestRefused.tooManyBuckets("Too many results of parameter queries: " + found.lookupResults()
                    + ", allowed are " + limits.lookupResults() + ". Most lookups are of "
                    + most(found.lookups(), lookup -> DefinitionId.name(lookup.definition())) + ".");
        }
    }

    /** The names that most of the things have, and how many: the five most frequent ones. */
    private static <T> String most(Iterable<T> things, Function<T, String> name) {
        Map<String, Integer> counts = new TreeMap<>();
        things.forEach(thing -> counts.merge(name.apply(thing), 1, Integer::sum));
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(5)
                .map(count -> count.getKey() + " (" + count.getValue() + ")")
                .collect(Collectors.joining(", "));
    }

    /** The client's streams: those that it has without asking, and those that it names. */
    private record StreamList(Map<String, Integer> indexes, Json json) {
        static StreamList of(StreamRequest request, SyncRules rules, List<Failure> failures) {
            Map<String, Boolean> isDefault = new LinkedHashMap<>();
            rules.clientStreams().forEach(stream -> isDefault.put(stream.name(), stream.isDefault()));
            Set<String> named = request.subscriptions().stream()
                    .map(ClientRequest.Subscription::stream)
                    .collect(Collectors.toSet());
            Map<String, Integer> indexes = new LinkedHashMap<>();
            List<Json> streams = new ArrayList<>();
            isDefault.forEach((name, byDefault) -> {
                if (named.contains(name) || (byDefault && request.includesDefaults())) {
                    indexes.put(name, streams.size());
                    streams.add(stream(name, byDefault, errors(name, failures)));
                }
            });
            for (int i = 0; i < request.subscriptions().size(); i++) {
                String name = request.subscriptions().get(i).stream();
                if (!isDefault.containsKey(name)) {
                    streams.add(stream(name, false, List.of(error(Json.number(i), "There is no such stream"))));
                }
            }
            return new StreamList(indexes, new Json.Array(streams));
        }

        private static Json stream(String name, boolean isDefault, List<Json> errors) {
            return Json.object(
                    "name", new Json.Text(name), "is_default", Json.flag(isDefault), "errors", new Json.Array(errors));
        }

        private static List<Json> errors(String stream, List<Failure> failures) {
            return failures.stream()
                    .filter(failure -> failure.asked().stream().equals(stream))
                    .map(failure -> error(subscription(failure.asked()), failure.reason()))
                    .toList();
        }

        private static Json subscription(Reason reason) {
            return reason.subscription().isPresent()
                    ? Json.number(reason.subscription().getAsInt())
                    : new Json.Text("default");
        }

        private static Json error(Json subscription, String message) {
            return Json.object("subscription", subscription, "message", new Json.Text(message));
        }

        /** Why a client has a bucket. A definition that every client has is there also for one that wants no defaults. */
        Json references(List<Reason> reasons) {
            List<Json> references = new ArrayList<>();
            for (Reason reason : reasons) {
                if (reason.subscription().isPresent()) {
                    references.add(
                            Json.object("sub", Json.number(reason.subscription().getAsInt())));
                } else if (indexes.containsKey(reason.stream())) {
                    references.add(Json.object("default", Json.number(indexes.get(reason.stream()))));
                }
            }
            return new Json.Array(references.stream().distinct().toList());
        }
    }
}
