package io.serai.syncrules.evaluator;

import java.util.List;
import java.util.Optional;

/**
 * What clients get of a row. Immutable.
 *
 * @param table the output table; empty for the table's own name
 * @param items the select list
 * @param legacyStar whether {@code *} skips columns that begin with an underscore and fills only members that are not set or NULL
 */
public record OutputPlan(Optional<String> table, List<Item> items, boolean legacyStar) {
    /** Copies the list. */
    public OutputPlan {
        items = List.copyOf(items);
    }

    /** An item of the select list. */
    public sealed interface Item {}

    /** All columns of the row. */
    enum Star implements Item {
        /** {@code *}. */
        STAR
    }

    /** One member. */
    public record Named(String name, Expression expression) implements Item {}

    /** All columns of the row. */
    public static Item star() {
        return Star.STAR;
    }
}
