package io.serai.storage;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The generations that are alive. Immutable.
 *
 * @param active the one that checkpoints show; empty before the first deployment
 * @param next the one that is being built beside it, and takes its place with the checkpoint that is the first to show it
 */
public record Generations(Optional<Generation> active, Optional<Generation> next) {
    /** Before the first deployment. */
    public static final Generations NONE = new Generations(Optional.empty(), Optional.empty());

    /** Both, as far as there are any: the active one first. */
    public List<Generation> live() {
        return Stream.of(active, next).flatMap(Optional::stream).toList();
    }

    /** The newest one: next if there is one, else active. */
    public Optional<Generation> newest() {
        return next.or(() -> active);
    }

    /** The ids of the definitions that rows of the source are to be evaluated for; empty when no generation has the source. */
    public Optional<Set<String>> definitions(String source) {
        Set<String> fed = new TreeSet<>();
        boolean isKnown = false;
        for (Generation generation : live()) {
            Set<String> of = generation.deployment().sources().get(source);
            if (of != null) {
                isKnown = true;
                fed.addAll(of);
            }
        }
        return isKnown ? Optional.of(Set.copyOf(fed)) : Optional.empty();
    }

    /** Whether a generation has the definition with this id. */
    public boolean has(String definition) {
        return live().stream()
                .anyMatch(generation -> generation.deployment().definitions().contains(definition));
    }
}
