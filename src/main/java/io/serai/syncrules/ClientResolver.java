package io.serai.syncrules;

import io.serai.bucket.BucketName;
import io.serai.change.Json;
import io.serai.syncrules.ClientBuckets.Bucket;
import io.serai.syncrules.ClientBuckets.Reason;
import io.serai.syncrules.ClientRequest.Subscription;
import io.serai.syncrules.compiler.RulePlans;
import io.serai.syncrules.evaluator.EvaluationException;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.evaluator.RequestResolver;
import io.serai.syncrules.evaluator.RequestValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Finds the buckets of one client at one checkpoint. Confined to one thread. */
final class ClientResolver {
    private final RulePlans plans;
    private final ClientRequest request;
    private final RequestResolver resolver;
    private final Map<BucketName, Bucket> buckets = new LinkedHashMap<>();
    private final List<ClientBuckets.Failure> failures = new ArrayList<>();

    ClientResolver(RulePlans plans, ClientRequest request, ClientBuckets.LookupReader lookups) {
        this.plans = plans;
        this.request = request;
        this.resolver = new RequestResolver(lookups);
    }

    ClientBuckets resolve() {
        RequestValues withoutSubscription = values(Optional.empty());
        for (RequestPlan plan : plans.definitions()) {
            add(List.of(plan), true, withoutSubscription, Optional.empty(), byDefault(plan.definition()));
        }
        for (RulePlans.StreamPlan stream : plans.streams()) {
            if (stream.autoSubscribe() && request.includesDefaults() && !hasBareSubscription(stream.name())) {
                add(stream.requests(), false, withoutSubscription, Optional.empty(), byDefault(stream.name()));
            }
            for (int i = 0; i < request.subscriptions().size(); i++) {
                Subscription subscription = request.subscriptions().get(i);
                if (subscription.stream().equals(stream.name())) {
                    add(
                            stream.requests(),
                            false,
                            values(subscription.parameters()),
                            subscription.priority(),
                            new Reason(stream.name(), OptionalInt.of(i)));
                }
            }
        }
        return new ClientBuckets(List.copyOf(buckets.values()), failures, resolver.read(), resolver.results());
    }

    private static Reason byDefault(String name) {
        return new Reason(name, OptionalInt.empty());
    }

    private RequestValues values(Optional<Json> parameters) {
        return new RequestValues(request.token(), request.parameters(), parameters.orElse(null));
    }

    /** Whether the client subscribes to a stream without parameters, which stands for the default subscription. */
    private boolean hasBareSubscription(String stream) {
        return request.subscriptions().stream()
                .anyMatch(subscription -> subscription.stream().equals(stream)
                        && subscription
                                .parameters()
                                .filter(json -> json != Json.Literal.NULL)
                                .isEmpty());
    }

    /** Adds the buckets of these plans, or none of them when one fails. */
    private void add(
            List<RequestPlan> requests,
            boolean fatal,
            RequestValues values,
            Optional<Integer> priority,
            Reason reason) {
        Map<RequestPlan, Set<String>> found = new LinkedHashMap<>();
        for (RequestPlan plan : requests) {
            try {
                found.put(plan, resolver.buckets(plan, values));
            } catch (EvaluationException e) {
                failures.add(new ClientBuckets.Failure(plan.query(), String.valueOf(e.getMessage()), fatal, reason));
                return;
            }
        }
        found.forEach((plan, names) -> names.forEach(name -> buckets.merge(
                new BucketName(plan.bucketDefinition(), name),
                new Bucket(
                        new BucketName(plan.bucketDefinition(), name),
                        priority.orElse(plan.priority()),
                        List.of(reason)),
                ClientResolver::merged)));
    }

    private static Bucket merged(Bucket one, Bucket other) {
        List<Reason> reasons = new ArrayList<>(one.reasons());
        reasons.addAll(other.reasons());
        return new Bucket(one.bucket(), Math.min(one.priority(), other.priority()), reasons);
    }
}
