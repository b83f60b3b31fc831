package io.serai.syncrules.evaluator;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.Value;
import io.serai.syncrules.ClientBuckets.LookupKey;
import io.serai.syncrules.ClientBuckets.LookupReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Carries out request plans for one client at one checkpoint. Confined to one thread. */
public final class RequestResolver {
    private final LookupReader lookups;
    private final Set<LookupKey> read = new LinkedHashSet<>();
    private int results;

    /** A resolver that looks values up with {@code lookups}. */
    public RequestResolver(LookupReader lookups) {
        this.lookups = lookups;
    }

    /** All keys that were looked up so far. */
    public Set<LookupKey> read() {
        return read;
    }

    /** How many values the lookups have given so far. */
    public int results() {
        return results;
    }

    /**
     * The names of the buckets that a plan finds for a request, each once.
     *
     * @throws EvaluationException when an expression has no value for the request
     */
    public Set<String> buckets(RequestPlan plan, RequestValues values) {
        List<Expression> open = new ArrayList<>(plan.conditions());
        List<RequestScope> rows = filtered(List.of(new RequestScope(values)), open, 0, 0);
        int elements = 0;
        int found = 0;
        for (RequestPlan.Step step : plan.steps()) {
            Set<RequestScope> next = new LinkedHashSet<>();
            switch (step) {
                case RequestPlan.Each each -> {
                    rows.forEach(row -> elements(each, row).forEach(element -> next.add(row.with(element))));
                    elements++;
                }
                case RequestPlan.Find find -> {
                    rows.forEach(row -> find(find, row, next));
                    found++;
                }
            }
            rows = filtered(List.copyOf(next), open, elements, found);
        }
        Set<String> buckets = new LinkedHashSet<>();
        for (RequestScope row : rows) {
            String name = bucket(plan, row);
            if (name != null) {
                buckets.add(name);
            }
        }
        return buckets;
    }

    /** The rows for which those conditions hold that can be evaluated by now; these are taken from {@code open}. */
    private static List<RequestScope> filtered(
            List<RequestScope> rows, List<Expression> open, int elements, int found) {
        List<Expression> ready = open.stream()
                .filter(condition -> isReady(condition, elements, found))
                .toList();
        open.removeAll(ready);
        return rows.stream()
                .filter(row -> ready.stream().allMatch(condition -> Conversions.isTrue(condition.evaluate(row))))
                .toList();
    }

    private static boolean isReady(Expression expression, int elements, int found) {
        boolean[] ready = {true};
        expression.leaves(leaf -> ready[0] &= switch (leaf) {
            case Expression.Element element -> element.source() < elements;
            case Expression.Found output -> output.lookup() < found;
            default -> true;
        });
        return ready[0];
    }

    private static List<JsonEach.Row> elements(RequestPlan.Each each, RequestScope row) {
        Value input = each.each().input().evaluate(row);
        return switch (each.elements()) {
            case ALL -> each.each().rows(input);
            case OF_ARRAY -> ofArray(input);
            case PLAIN_OF_ARRAY -> plainOfArray(input);
        };
    }

    private static List<JsonEach.Row> ofArray(Value input) {
        try {
            return input == Value.NULL
                    ? List.of()
                    : JsonDocuments.elements(input).stream()
                            .map(element -> new JsonEach.Row(Value.NULL, JsonDocuments.throughDouble(element)))
                            .toList();
        } catch (EvaluationException e) {
            return List.of();
        }
    }

    private static List<JsonEach.Row> plainOfArray(Value input) {
        if (!(input instanceof Value.TextValue text)
                || !(JsonDocuments.read(text.value()) instanceof Json.Array array)) {
            return List.of();
        }
        return array.elements().stream()
                .filter(RequestResolver::isPlain)
                .map(element -> new JsonEach.Row(Value.NULL, JsonDocuments.throughDouble(element)))
                .toList();
    }

    private static boolean isPlain(Json element) {
        return switch (element) {
            case Json.Literal literal -> literal == Json.Literal.NULL;
            case Json.IntegerNumber ignored -> true;
            case Json.RealNumber ignored -> true;
            case Json.Text ignored -> true;
            case Json.Array ignored -> false;
            case Json.Object ignored -> false;
        };
    }

    private void find(RequestPlan.Find find, RequestScope row, Set<RequestScope> next) {
        String[] key = new String[find.keys().size()];
        for (int i = 0; i < key.length; i++) {
            Value value = find.keys().get(i).evaluate(row);
            if (!KeyText.isKey(value)) {
                return;
            }
            key[i] = KeyText.of(value, true);
        }
        LookupKey lookup = new LookupKey(find.definition(), find.index(), "[" + String.join(",", key) + "]");
        read.add(lookup);
        for (String values : lookups.read(lookup)) {
            results++;
            Json.Object object = (Json.Object) JsonReader.read(values);
            List<Value> outputs = new ArrayList<>();
            for (String output : find.outputs()) {
                Json value = object.get(output);
                outputs.add(value == null ? Value.NULL : value.toValue());
            }
            next.add(row.with(outputs));
        }
    }

    /** The bucket that a row names, or null when a parameter has no value or two of its values differ. */
    private static @Nullable String bucket(RequestPlan plan, RequestScope row) {
        String[] parameters = new String[plan.parameters().size()];
        for (int i = 0; i < parameters.length; i++) {
            for (Expression expression : plan.parameters().get(i)) {
                Value value = expression.evaluate(row);
                if (value instanceof Value.BlobValue || (value == Value.NULL && !plan.allowsNull())) {
                    return null;
                }
                String text = KeyText.of(value, plan.exactNumbers());
                if (parameters[i] != null && !parameters[i].equals(text)) {
                    return null;
                }
                parameters[i] = text;
            }
        }
        return plan.bucketPrefix() + "[" + String.join(",", parameters) + "]";
    }
}
