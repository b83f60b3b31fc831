package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.Expression.Apply;
import io.serai.syncrules.evaluator.JsonEach;
import io.serai.syncrules.evaluator.LookupPlan;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.evaluator.RowMatch;
import io.serai.syncrules.evaluator.ScalarFunction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compiles one AND of a stream's condition. Its terms are sorted: those that look at one table filter its rows, those that look at the client
 * only must hold when it connects, and equations tie two of them together. Equations of the output table make its keys. The other tables are
 * looked up one after the other, each by what was found before, until all keys have a value. Confined to one thread.
 */
final class VariantCompiler {
    private final StreamSources sources;
    private final LookupIndexes indexes;
    private final int output;
    private final boolean legacyRules;

    /** For each constant {@code json_each} the table that it is used with, or {@link StreamSources#REQUEST}. */
    private final Map<Integer, Integer> constants = new HashMap<>();

    private final Map<Integer, List<Expression>> filters = new LinkedHashMap<>();
    private final List<Expression> requestConditions = new ArrayList<>();
    private final List<Tie> ties = new ArrayList<>();
    private boolean failed;

    /**
     * A compiler for rows of the table {@code output}. With {@code legacyRules} each comparison is a key, else each expression, however often it
     * is compared; and the elements of arrays are keys as those of {@code bucket_definitions} are.
     */
    VariantCompiler(StreamSources sources, LookupIndexes indexes, int output, boolean legacyRules) {
        this.sources = sources;
        this.indexes = indexes;
        this.output = output;
        this.legacyRules = legacyRules;
    }

    /** An equation of two sides that depend on different things. */
    private record Tie(int left, Expression leftSide, int right, Expression rightSide) {
        boolean touches(int source) {
            return left == source || right == source;
        }

        int other(int source) {
            return left == source ? right : left;
        }

        Expression side(int source) {
            return left == source ? leftSide : rightSide;
        }
    }

    /** The variant, or empty when a term has no place in it, which is reported. */
    Optional<Variant> compile(List<Condition.Term> terms) {
        terms.forEach(term -> attachConstants(term.expression()));
        terms.forEach(this::sort);
        return failed ? Optional.empty() : Optional.of(variant());
    }

    /** Lets each constant {@code json_each} of an expression belong to the table that it is first used with. */
    private void attachConstants(Expression expression) {
        Set<Integer> dependencies = sources.dependencies(expression);
        Integer table =
                dependencies.stream().filter(sources::isTable).findFirst().orElse(null);
        for (int dependency : dependencies) {
            if (dependency >= 0 && !sources.isTable(dependency) && table != null) {
                constants.putIfAbsent(dependency, table);
            }
        }
    }

    /** The tables and {@link StreamSources#REQUEST} that an expression depends on. */
    private Set<Integer> dependencies(Expression expression) {
        Set<Integer> found = new TreeSet<>();
        for (int dependency : sources.dependencies(expression)) {
            boolean constant = dependency >= 0 && !sources.isTable(dependency);
            found.add(constant ? constants.getOrDefault(dependency, StreamSources.REQUEST) : dependency);
        }
        return found;
    }

    private void sort(Condition.Term term) {
        Expression expression = term.expression();
        Set<Integer> dependencies = dependencies(expression);
        if (dependencies.isEmpty()) {
            requestConditions.add(expression);
        } else if (dependencies.size() == 1) {
            int only = dependencies.iterator().next();
            if (only == StreamSources.REQUEST) {
                requestConditions.add(expression);
            } else {
                filters.computeIfAbsent(only, ignored -> new ArrayList<>()).add(expression);
            }
        } else if (!tie(expression)) {
            failed = true;
            term.query()
                    .error(
                            "streams.mixed-dependencies",
                            term.span(),
                            "This mixes rows of several tables, or rows and the client; they may only be tied together by"
                                    + " = or IN, with one of them on each side");
        }
    }

    private boolean tie(Expression expression) {
        if (!(expression instanceof Apply apply) || apply.function() != ScalarFunction.EQUAL) {
            return false;
        }
        Expression left = apply.arguments().get(0);
        Expression right = apply.arguments().get(1);
        Set<Integer> leftSide = dependencies(left);
        Set<Integer> rightSide = dependencies(right);
        if (leftSide.size() != 1 || rightSide.size() != 1) {
            return false;
        }
        ties.add(new Tie(leftSide.iterator().next(), left, rightSide.iterator().next(), right));
        return true;
    }

    private Variant variant() {
        List<Expression> keys = new ArrayList<>();
        List<List<Expression>> parameters = new ArrayList<>();
        Resolver resolver = new Resolver();
        for (Tie tie : ties) {
            if (!tie.touches(output)) {
                continue;
            }
            Expression key = tie.side(output);
            int known = legacyRules ? -1 : keys.indexOf(key);
            if (known < 0) {
                keys.add(key);
                parameters.add(new ArrayList<>());
                known = keys.size() - 1;
            }
            parameters.get(known).add(resolver.value(tie, tie.other(output)));
        }
        resolver.resolveTheRest();
        RowMatch match = legacyRules ? tree(output, keys) : product(output, keys, List.of());
        return new Variant(match, resolver.resolution(parameters));
    }

    /** The rows of a table that its filters let through, with these keys. */
    private RowMatch.Product product(int table, List<Expression> keys, List<Expression> outputs) {
        List<Expression> mine = filters.getOrDefault(table, List.of());
        Set<Integer> used = new LinkedHashSet<>();
        List.of(mine, keys, outputs)
                .forEach(expressions -> expressions.forEach(each -> used.addAll(StreamSources.elements(each))));
        List<Integer> numbers = List.copyOf(used);
        List<JsonEach> each = new ArrayList<>();
        for (int number : numbers) {
            each.add(new JsonEach(each.size(), onRow(sources.each(number).input(), numbers)));
        }
        return new RowMatch.Product(each, onRow(mine, numbers), onRow(keys, numbers));
    }

    /** The same with legacy rules, under which a {@code json_each} is an array that the client's value must be in. */
    private RowMatch.Tree tree(int table, List<Expression> keys) {
        List<RowMatch.Node> nodes = new ArrayList<>();
        nodes.add(new RowMatch.Condition(
                new Expression.Logical(true, onRow(filters.getOrDefault(table, List.of()), List.of()))));
        for (int i = 0; i < keys.size(); i++) {
            nodes.add(
                    keys.get(i) instanceof Expression.Element element
                            ? new RowMatch.ElementOf(
                                    i, onRow(sources.each(element.source()).input(), List.of()), false)
                            : new RowMatch.Equal(i, onRow(keys.get(i), List.of())));
        }
        return new RowMatch.Tree(keys.size(), new RowMatch.All(nodes), true);
    }

    private static List<Expression> onRow(List<Expression> expressions, List<Integer> each) {
        return expressions.stream().map(expression -> onRow(expression, each)).toList();
    }

    /** An expression over one table, whose {@code json_each} are numbered as in the list. */
    private static Expression onRow(Expression expression, List<Integer> each) {
        return expression.map(leaf -> switch (leaf) {
            case Expression.Column column -> new Expression.Column(0, column.name());
            case Expression.TableProperty property -> new Expression.TableProperty(0, property.kind());
            case Expression.Element element -> new Expression.Element(each.indexOf(element.source()), element.key());
            default -> leaf;
        });
    }

    /** Finds an order in which the tables can be looked up. */
    private final class Resolver {
        private final List<RequestPlan.Step> steps = new ArrayList<>();
        private final Map<Integer, Integer> requestElements = new LinkedHashMap<>();
        private final Map<Integer, Lookup> lookups = new LinkedHashMap<>();
        private final List<Expression> conditions = new ArrayList<>();
        private final Set<Integer> visited = new LinkedHashSet<>(Set.of(output));

        /** The value that the other side of an equation has for the client. */
        Expression value(Tie tie, int other) {
            Expression side = tie.side(other);
            if (other == StreamSources.REQUEST) {
                return onRequest(side);
            }
            return find(other).output(side);
        }

        /** The lookup of a table, before which those that it depends on are placed. */
        private Lookup find(int table) {
            Lookup known = lookups.get(table);
            if (known != null) {
                return known;
            }
            visited.add(table);
            List<Expression> keys = new ArrayList<>();
            List<Expression> values = new ArrayList<>();
            for (Tie tie : ties) {
                int other = tie.touches(table) ? tie.other(table) : table;
                if (other == table
                        || (other != StreamSources.REQUEST && visited.contains(other) && !lookups.containsKey(other))) {
                    continue;
                }
                Expression value = value(tie, other);
                int index = legacyRules ? -1 : keys.indexOf(tie.side(table));
                if (index < 0) {
                    keys.add(tie.side(table));
                    values.add(value);
                } else {
                    conditions.add(Apply.of(ScalarFunction.EQUAL, values.get(index), value));
                }
            }
            Lookup lookup = new Lookup(table, lookups.size(), keys, values);
            lookups.put(table, lookup);
            return lookup;
        }

        /** Looks up the tables that no key needs: they decide whether there is a bucket at all. */
        void resolveTheRest() {
            for (Tie tie : ties) {
                if (tie.touches(StreamSources.REQUEST)) {
                    exists(tie.other(StreamSources.REQUEST));
                }
            }
            for (Tie tie : ties) {
                exists(tie.left);
                exists(tie.right);
            }
            filters.keySet().forEach(this::exists);
            if (legacyRules) {
                ties.reversed().forEach(this::yieldComparedColumn);
            }
            requestConditions.forEach(condition -> conditions.add(onRequest(condition)));
        }

        /** Lets the lookup that decides only whether there is a bucket yield what its subquery selects: its last comparison. */
        private void yieldComparedColumn(Tie tie) {
            int table = tie.other(StreamSources.REQUEST);
            if (tie.touches(StreamSources.REQUEST)
                    && table != output
                    && find(table).outputs.isEmpty()) {
                find(table).output(tie.side(table));
            }
        }

        private void exists(int source) {
            if (source != output && source != StreamSources.REQUEST) {
                find(source);
            }
        }

        /** An expression over the client, whose {@code json_each} become steps. */
        private Expression onRequest(Expression expression) {
            return expression.map(leaf -> leaf instanceof Expression.Element element
                    ? new Expression.Element(requestElement(element.source()), element.key())
                    : leaf);
        }

        private int requestElement(int each) {
            Integer known = requestElements.get(each);
            if (known != null) {
                return known;
            }
            int number = requestElements.size();
            requestElements.put(each, number);
            steps.add(new RequestPlan.Each(
                    new JsonEach(number, sources.each(each).input()),
                    legacyRules ? RequestPlan.Each.Elements.PLAIN_OF_ARRAY : RequestPlan.Each.Elements.ALL));
            return number;
        }

        Variant.Resolution resolution(List<List<Expression>> parameters) {
            List<RequestPlan.Step> all = new ArrayList<>(steps);
            lookups.values().forEach(lookup -> all.add(lookup.step()));
            return new Variant.Resolution(all, conditions, parameters);
        }
    }

    /** The lookup of a table: by which of its values, and what it must yield. */
    private final class Lookup {
        private final int table;
        private final int number;
        private final List<Expression> keys;
        private final List<Expression> values;
        private final List<Expression> outputs = new ArrayList<>();

        Lookup(int table, int number, List<Expression> keys, List<Expression> values) {
            this.table = table;
            this.number = number;
            this.keys = keys;
            this.values = values;
        }

        /** What is found of an expression over the table. */
        Expression output(Expression expression) {
            if (!outputs.contains(expression)) {
                outputs.add(expression);
            }
            return new Expression.Found(number, outputs.indexOf(expression));
        }

        RequestPlan.Find step() {
            RowMatch match = legacyRules ? tree(table, keys) : product(table, keys, outputs);
            List<Integer> each = usedElements();
            LookupPlan plan = indexes.index(sources.table(table).tables(), match, onRow(outputs, each));
            List<String> names =
                    plan.outputs().stream().map(LookupPlan.Output::name).toList();
            return new RequestPlan.Find(number, plan.definition(), plan.index(), values, names);
        }

        private List<Integer> usedElements() {
            Set<Integer> used = new LinkedHashSet<>();
            List.of(filters.getOrDefault(table, List.<Expression>of()), keys, outputs)
                    .forEach(expressions ->
                            expressions.forEach(expression -> used.addAll(StreamSources.elements(expression))));
            return List.copyOf(used);
        }
    }
}
