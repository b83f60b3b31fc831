package io.serai.syncrules.evaluator;

import io.serai.change.Json;
import io.serai.change.Value;
import java.util.ArrayList;
import java.util.List;

/** Which rows of a table are meant, and by which keys each is reached: a key is one JSON text per bucket parameter. Immutable. */
public sealed interface RowMatch {
    /** The number of parameters in each key. */
    int parameters();

    /**
     * Tells {@code each} the keys of the scope's row; the same key may come more than once. The scope stays at the elements that gave the key.
     *
     * @throws EvaluationException when an expression has no value for the row
     */
    void match(RowScope scope, KeyConsumer each);

    /** The number of {@code json_each} whose elements the scope must hold. */
    default int elements() {
        return 0;
    }

    /** Takes keys. */
    interface KeyConsumer {
        /** {@code key} belongs to the consumer. */
        void accept(String[] key);
    }

    /**
     * Rows for which all filters hold, with a key per combination of elements; NULL and BLOBs reach nothing.
     *
     * @param each the {@code json_each} over the row; numbered from 0 on
     */
    record Product(List<JsonEach> each, List<Expression> filters, List<Expression> keys) implements RowMatch {
        private static final String[] NO_PARAMETERS = {};

        /** Copies the lists. */
        public Product {
            each = List.copyOf(each);
            filters = List.copyOf(filters);
            keys = List.copyOf(keys);
        }

        @Override
        public int parameters() {
            return keys.size();
        }

        @Override
        public int elements() {
            return each.size();
        }

        @Override
        public void match(RowScope scope, KeyConsumer consumer) {
            match(scope, 0, consumer);
        }

        private void match(RowScope scope, int index, KeyConsumer consumer) {
            if (index < each.size()) {
                for (JsonEach.Row element :
                        each.get(index).rows(each.get(index).input().evaluate(scope))) {
                    scope.set(index, element);
                    match(scope, index + 1, consumer);
                }
                return;
            }
            for (int i = 0; i < filters.size(); i++) {
                if (!Conversions.isTrue(filters.get(i).evaluate(scope))) {
                    return;
                }
            }
            if (keys.isEmpty()) {
                consumer.accept(NO_PARAMETERS);
                return;
            }
            String[] key = new String[keys.size()];
            for (int i = 0; i < key.length; i++) {
                Value value = keys.get(i).evaluate(scope);
                if (!KeyText.isKey(value)) {
                    return;
                }
                key[i] = KeyText.of(value, true);
            }
            consumer.accept(key);
        }
    }

    /**
     * Rows that a tree of conditions selects, each leaf of which may fix a parameter.
     *
     * @param exactNumbers whether large numbers are written in full
     */
    record Tree(int parameters, Node root, boolean exactNumbers) implements RowMatch {
        private static final Node ALWAYS = new Condition(new Expression.Constant(Value.of(true)));

        @Override
        public void match(RowScope scope, KeyConsumer each) {
            for (String[] key : keys(scope, root)) {
                each.accept(key);
            }
        }

        /** The tree with its conditions alone: what would fix a parameter holds. */
        Tree withoutParameters() {
            return new Tree(0, withoutParameters(root), exactNumbers);
        }

        private static Node withoutParameters(Node node) {
            return switch (node) {
                case Condition condition -> condition;
                case Equal equal -> ALWAYS;
                case ElementOf elementOf -> ALWAYS;
                case All all ->
                    new All(all.nodes().stream().map(Tree::withoutParameters).toList());
                case Any any ->
                    new Any(any.nodes().stream().map(Tree::withoutParameters).toList());
            };
        }

        /** The tree whose parameter i is number {@code order[i]} of this one. */
        public Tree withOrder(List<Integer> order) {
            return new Tree(order.size(), inOrder(root, order), exactNumbers);
        }

        private static Node inOrder(Node node, List<Integer> order) {
            return switch (node) {
                case Condition condition -> condition;
                case Equal equal -> new Equal(order.indexOf(equal.parameter), equal.expression);
                case ElementOf elementOf ->
                    new ElementOf(order.indexOf(elementOf.parameter), elementOf.array, elementOf.takesNull);
                case All all ->
                    new All(all.nodes().stream()
                            .map(each -> inOrder(each, order))
                            .toList());
                case Any any ->
                    new Any(any.nodes().stream()
                            .map(each -> inOrder(each, order))
                            .toList());
            };
        }

        private List<String[]> keys(RowScope scope, Node node) {
            return switch (node) {
                case Condition condition ->
                    Conversions.isTrue(condition.expression().evaluate(scope))
                            ? List.<String[]>of(new String[parameters])
                            : List.of();
                case Equal equal -> {
                    Value value = equal.expression().evaluate(scope);
                    yield KeyText.isKey(value)
                            ? List.<String[]>of(key(equal.parameter(), KeyText.of(value, exactNumbers)))
                            : List.of();
                }
                case ElementOf elementOf -> elements(scope, elementOf);
                case All all -> all(scope, all.nodes());
                case Any any -> {
                    List<String[]> keys = new ArrayList<>();
                    any.nodes().forEach(each -> keys.addAll(keys(scope, each)));
                    yield keys;
                }
            };
        }

        private List<String[]> elements(RowScope scope, ElementOf elementOf) {
            Value array = elementOf.array().evaluate(scope);
            if (array == Value.NULL) {
                return List.of();
            }
            List<String[]> keys = new ArrayList<>();
            for (Json element : JsonDocuments.elements(array)) {
                if (element != Json.Literal.NULL || elementOf.takesNull()) {
                    keys.add(key(elementOf.parameter(), KeyText.of(element, exactNumbers)));
                }
            }
            return keys;
        }

        private String[] key(int parameter, String text) {
            String[] key = new String[parameters];
            key[parameter] = text;
            return key;
        }

        private List<String[]> all(RowScope scope, List<Node> nodes) {
            List<String[]> keys = keys(scope, nodes.getFirst());
            for (Node node : nodes.subList(1, nodes.size())) {
                if (keys.isEmpty()) {
                    return keys;
                }
                List<String[]> more = keys(scope, node);
                List<String[]> joined = new ArrayList<>(keys.size() * more.size());
                for (String[] left : keys) {
                    for (String[] right : more) {
                        joined.add(merged(left, right));
                    }
                }
                keys = joined;
            }
            return keys;
        }

        /** Both keys in one; where both fix a parameter, the left one counts. */
        private static String[] merged(String[] left, String[] right) {
            String[] merged = left.clone();
            for (int i = 0; i < merged.length; i++) {
                if (merged[i] == null) {
                    merged[i] = right[i];
                }
            }
            return merged;
        }
    }

    /** A node of a {@link Tree}. */
    sealed interface Node {}

    /** Holds or does not, for all keys. */
    record Condition(Expression expression) implements Node {}

    /** Fixes a parameter to a value; NULL and BLOBs reach nothing. */
    record Equal(int parameter, Expression expression) implements Node {}

    /**
     * Fixes a parameter to each element of a JSON array in turn.
     *
     * @param takesNull whether {@code null} is an element
     */
    record ElementOf(int parameter, Expression array, boolean takesNull) implements Node {}

    /** All nodes must hold; there is at least one. */
    record All(List<Node> nodes) implements Node {
        /** Copies the list. */
        public All {
            nodes = List.copyOf(nodes);
        }
    }

    /** One node must hold. */
    record Any(List<Node> nodes) implements Node {
        /** Copies the list. */
        public Any {
            nodes = List.copyOf(nodes);
        }
    }
}
