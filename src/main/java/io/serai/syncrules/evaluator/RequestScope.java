package io.serai.syncrules.evaluator;

import io.serai.change.Value;
import java.util.ArrayList;
import java.util.List;

/** A client's request, and a row of what its steps have made so far. Immutable. */
record RequestScope(RequestValues values, List<JsonEach.Row> elements, List<List<Value>> found) implements Scope {
    RequestScope(RequestValues values) {
        this(values, List.of(), List.of());
    }

    RequestScope with(JsonEach.Row element) {
        return new RequestScope(values, append(elements, element), found);
    }

    RequestScope with(List<Value> outputs) {
        return new RequestScope(values, elements, append(found, outputs));
    }

    private static <T> List<T> append(List<T> list, T item) {
        List<T> longer = new ArrayList<>(list);
        longer.add(item);
        return List.copyOf(longer);
    }

    @Override
    public Value column(Expression.Column column) {
        throw new IllegalStateException("a request's expression has no row");
    }

    @Override
    public Value element(Expression.Element element) {
        JsonEach.Row current = elements.get(element.source());
        return element.key() ? current.key() : current.value();
    }

    @Override
    public Value table(Expression.TableProperty property) {
        throw new IllegalStateException("a request's expression has no table");
    }

    @Override
    public Value request(Expression.Request request) {
        return values.get(request);
    }

    @Override
    public Value found(Expression.Found output) {
        return found.get(output.lookup()).get(output.output());
    }
}
