package io.serai.syncrules.evaluator;

import io.serai.change.Relation;
import java.util.List;

/**
 * The layouts of some outputs for each relation that their rows have. Immutable but for a cache, and thread-safe: the cache is an immutable
 * snapshot that is replaced as a whole.
 */
final class OutputLayouts {
    private static final int CACHED_RELATIONS = 8;

    private final OutputPlan[] outputs;
    private volatile Cached[] cache = {};

    OutputLayouts(List<OutputPlan> outputs) {
        this.outputs = outputs.toArray(OutputPlan[]::new);
    }

    /** The array is made once and never written again. */
    @SuppressWarnings("ArrayRecordComponent") // private, and read for each row
    private record Cached(Relation relation, OutputLayout[] layouts) {}

    /** The layout of each output, in the order of the outputs, for rows of {@code relation}; not to be written. */
    OutputLayout[] of(Relation relation) {
        Cached[] known = cache;
        for (Cached cached : known) {
            if (cached.relation == relation) {
                return cached.layouts;
            }
        }
        OutputLayout[] made = new OutputLayout[outputs.length];
        for (int i = 0; i < made.length; i++) {
            made[i] = new OutputLayout(outputs[i], relation);
        }
        remember(new Cached(relation, made), known);
        return made;
    }

    /** Puts the newest first; two threads that do so at once may lose one of the two, which is then made again. */
    private void remember(Cached newest, Cached[] known) {
        Cached[] next = new Cached[Math.min(known.length + 1, CACHED_RELATIONS)];
        next[0] = newest;
        System.arraycopy(known, 0, next, 1, next.length - 1);
        cache = next;
    }
}
