package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.DataPlan;
import io.serai.syncrules.evaluator.OutputPlan;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.evaluator.RowMatch;
import io.serai.syncrules.evaluator.SourceTables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lets streams that fill equal buckets from equal rows use the buckets of the first of them. */
final class BucketSharing {
    private final Map<Set<Content>, DataPlan> owners = new HashMap<>();
    private final Map<String, DataPlan> ownersByPrefix = new HashMap<>();

    /** The rows that a query puts into a bucket. */
    private record Content(SourceTables tables, RowMatch match, OutputPlan output) {}

    /** The plans of a stream, with those buckets replaced that an earlier stream has. */
    StreamCompiler.Compiled share(StreamCompiler.Compiled stream) {
        Map<String, List<DataPlan>> byPrefix = new LinkedHashMap<>();
        stream.data()
                .forEach(plan -> byPrefix.computeIfAbsent(plan.bucketPrefix(), ignored -> new ArrayList<>())
                        .add(plan));
        List<DataPlan> data = new ArrayList<>();
        byPrefix.forEach((prefix, plans) -> {
            Set<Content> contents = new HashSet<>();
            plans.forEach(plan -> contents.add(new Content(plan.tables(), plan.match(), plan.output())));
            DataPlan owner = owners.putIfAbsent(contents, plans.getFirst());
            if (owner == null || owner.definition().equals(plans.getFirst().definition())) {
                data.addAll(plans);
            } else {
                ownersByPrefix.put(prefix, owner);
            }
        });
        List<RequestPlan> requests =
                stream.requests().stream().map(this::redirect).toList();
        return new StreamCompiler.Compiled(data, stream.lookups(), requests);
    }

    private RequestPlan redirect(RequestPlan request) {
        DataPlan owner = ownersByPrefix.get(request.bucketPrefix());
        return owner == null ? request : request.intoBucket(owner.definition(), owner.bucketPrefix());
    }
}
