package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Rewrites a stream's condition to an OR of ANDs, each of which becomes a variant of the query. Terms of an OR that look at one table only, or
 * at the client only, stay together in one term, so that they need one variant between them. Confined to one thread.
 */
final class NormalForm {
    private static final int MAX_VARIANTS = 100;

    private final StreamSources sources;
    private final boolean merging;
    private boolean tooComplex;

    /** With {@code merging} off, each side of an OR is a variant of its own. */
    NormalForm(StreamSources sources, boolean merging) {
        this.sources = sources;
        this.merging = merging;
    }

    /** Whether there were too many variants, so that the answer is not complete. */
    boolean isTooComplex() {
        return tooComplex;
    }

    /** The variants of a condition; a row is meant when all terms of one of them hold. */
    List<List<Condition.Term>> variants(Condition condition) {
        return switch (condition) {
            case Condition.Term term -> List.of(List.of(term));
            case Condition.All all -> distribute(all);
            case Condition.Asked asked -> variants(asked.condition());
            case Condition.Any any -> merging ? ordered(any) : alternatives(any);
        };
    }

    private List<List<Condition.Term>> distribute(Condition.All all) {
        List<List<List<Condition.Term>>> parts =
                new ArrayList<>(all.conditions().stream().map(this::variants).toList());
        if (!merging) {
            parts.sort(Comparator.comparing(
                    part -> part.size() == 1)); // keys are in this order: those of an OR come first
        }
        List<List<Condition.Term>> variants = List.of(List.of());
        for (List<List<Condition.Term>> more : parts) {
            if ((long) variants.size() * more.size() > MAX_VARIANTS) {
                tooComplex = true;
                return variants;
            }
            List<List<Condition.Term>> joined = new ArrayList<>();
            for (List<Condition.Term> left : variants) {
                for (List<Condition.Term> right : more) {
                    List<Condition.Term> both = new ArrayList<>(left);
                    both.addAll(right);
                    joined.add(both);
                }
            }
            variants = joined;
        }
        return variants;
    }

    private List<List<Condition.Term>> alternatives(Condition.Any any) {
        return any.conditions().stream()
                .flatMap(part -> variants(part).stream())
                .toList();
    }

    /**
     * The variants of an OR: those of several terms, those that tie sources together, subqueries among them, then one for the client and one per table.
     */
    private List<List<Condition.Term>> ordered(Condition.Any any) {
        List<List<Condition.Term>> several = new ArrayList<>();
        List<List<Condition.Term>> single = new ArrayList<>();
        Map<Integer, List<Condition.Term>> mergeable = new LinkedHashMap<>();
        mergeable.put(StreamSources.REQUEST, new ArrayList<>());
        for (Condition part : any.conditions()) {
            for (List<Condition.Term> variant : variants(part)) {
                OptionalInt source = part instanceof Condition.Asked ? OptionalInt.empty() : onlySource(variant);
                if (source.isPresent()) {
                    mergeable
                            .computeIfAbsent(source.getAsInt(), ignored -> new ArrayList<>())
                            .add(variant.getFirst());
                } else if (part instanceof Condition.Asked || variant.size() == 1) {
                    single.add(variant);
                } else {
                    several.add(variant);
                }
            }
        }
        several.addAll(single);
        mergeable.values().stream()
                .filter(terms -> !terms.isEmpty())
                .forEach(terms -> several.add(List.of(merged(terms))));
        return several;
    }

    /** The one source that a variant looks at, when it is one term without elements. */
    private OptionalInt onlySource(List<Condition.Term> variant) {
        if (variant.size() != 1) {
            return OptionalInt.empty();
        }
        Expression expression = variant.getFirst().expression();
        Set<Integer> dependencies = sources.dependencies(expression);
        if (dependencies.size() > 1 || !StreamSources.elements(expression).isEmpty()) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(
                dependencies.isEmpty()
                        ? StreamSources.REQUEST
                        : dependencies.iterator().next());
    }

    private static Condition.Term merged(List<Condition.Term> terms) {
        Condition.Term first = terms.getFirst();
        if (terms.size() == 1) {
            return first;
        }
        List<Expression> expressions =
                terms.stream().map(Condition.Term::expression).toList();
        return new Condition.Term(new Expression.Logical(false, expressions), first.query(), first.span());
    }
}
