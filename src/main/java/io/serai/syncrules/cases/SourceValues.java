package io.serai.syncrules.cases;

import io.serai.change.Json;

/** What a kind of source makes of the values that it receives: its part of the category {@code types}. Thread-safe. */
@FunctionalInterface
public interface SourceValues {
    /**
     * The value of a case's input.
     *
     * @throws IllegalArgumentException when the case does not describe one
     */
    CaseValue read(Json.Object input);
}
