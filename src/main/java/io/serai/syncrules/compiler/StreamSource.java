package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.SourceTables;
import io.serai.syncrules.parser.Span;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A source of rows in a stream's query. Immutable. */
sealed interface StreamSource {
    /**
     * A table.
     *
     * @param number tells it apart from the others of the query
     * @param alias its alias, or null when it has none
     */
    record Table(
            int number,
            Span span,
            SourceTables tables,
            @Nullable String alias) implements StreamSource {
        /** The name in the query, and of the output. */
        String name() {
            return alias == null ? tables.pattern().name() : alias;
        }
    }

    /**
     * A {@code json_each}.
     *
     * @param number tells it apart from the others of the query
     */
    record Each(int number, Expression input) implements StreamSource {}

    /** A select in parentheses or a common table: names for expressions over the tables below it. */
    record Derived(Map<String, Expression> columns) implements StreamSource {
        /** Copies the map, and keeps its order. */
        public Derived {
            columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        }
    }
}
