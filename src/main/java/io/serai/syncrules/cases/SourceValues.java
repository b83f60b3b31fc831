package io.serai.syncrules.cases;

import io.serai.change.Json;
import io.serai.change.Value;

/** What a kind of source makes of the values that it receives: its part of the category {@code types}. Thread-safe. */
@FunctionalInterface
public interface SourceValues {
    /**
     * The value of a case's input, before an edition gives it its plain form.
     *
     * @throws IllegalArgumentException when the case does not describe one
     */
    Value read(Json.Object input);
}
