package io.serai.syncrules.evaluator;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * How a client finds the buckets of one query: step by step rows are made and joined, and each row for which all conditions hold names a bucket.
 * Immutable.
 *
 * @param definition the definition or stream that a client asks for
 * @param query names definition and query, for messages
 * @param bucketDefinition the definition or stream that owns the buckets: its name, in compiled rules its id ({@link io.serai.bucket.DefinitionId})
 * @param bucketPrefix what a bucket's name begins with, before the parameters
 * @param parameters for each bucket parameter the expressions for its value: all must agree
 * @param allowsNull whether a parameter may be NULL, which no row matches
 * @param exactNumbers whether large numbers are written in full
 */
public record RequestPlan(
        String definition,
        String query,
        String bucketDefinition,
        String bucketPrefix,
        int priority,
        List<Step> steps,
        List<Expression> conditions,
        List<List<Expression>> parameters,
        boolean allowsNull,
        boolean exactNumbers) {
    /** Copies the lists. */
    public RequestPlan {
        steps = List.copyOf(steps);
        conditions = List.copyOf(conditions);
        parameters = parameters.stream().map(List::copyOf).toList();
    }

    /** All expressions over the client. */
    public List<Expression> expressions() {
        List<Expression> all = new ArrayList<>(conditions);
        parameters.forEach(all::addAll);
        for (Step step : steps) {
            switch (step) {
                case Each each -> all.add(each.each.input());
                case Find find -> all.addAll(find.keys);
            }
        }
        return all;
    }

    /** This plan, but for the buckets of another definition. */
    public RequestPlan intoBucket(String otherDefinition, String otherPrefix) {
        return new RequestPlan(
                definition,
                query,
                otherDefinition,
                otherPrefix,
                priority,
                steps,
                conditions,
                parameters,
                allowsNull,
                exactNumbers);
    }

    /** This plan, with the owners of buckets and indexes named by what {@code ids} makes of their names. */
    public RequestPlan withIds(UnaryOperator<String> ids) {
        return new RequestPlan(
                definition,
                query,
                ids.apply(bucketDefinition),
                bucketPrefix,
                priority,
                steps.stream()
                        .map(step -> step instanceof Find find
                                ? new Find(find.number, ids.apply(find.definition), find.index, find.keys, find.outputs)
                                : step)
                        .toList(),
                conditions,
                parameters,
                allowsNull,
                exactNumbers);
    }

    /** Makes rows out of a row. */
    public sealed interface Step {}

    /** One row per element of a JSON document. */
    public record Each(JsonEach each, Elements elements) implements Step {
        /** What counts as an element. */
        public enum Elements {
            /** What {@code json_each} makes of any document; what is not JSON is an error. */
            ALL,
            /** What stands in an array; anything else has none. */
            OF_ARRAY,
            /** Texts, numbers and {@code null} in an array; another document has none, and a text that is not JSON is an error. */
            PLAIN_OF_ARRAY
        }
    }

    /**
     * One row per entry of an index.
     *
     * @param number the number by which {@link Expression.Found} names it
     * @param keys the looked-up values
     * @param outputs the names of the values that are found
     */
    public record Find(int number, String definition, String index, List<Expression> keys, List<String> outputs)
            implements Step {
        /** Copies the lists. */
        public Find {
            keys = List.copyOf(keys);
            outputs = List.copyOf(outputs);
        }
    }
}
