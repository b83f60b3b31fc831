package io.serai.syncrules.parser;

import java.util.List;
import java.util.Optional;

/** A sync config as it is written: its shape is checked, its queries are not read yet. Immutable. */
public record SyncConfig(
        Compatibility compatibility,
        List<Definition> definitions,
        List<NamedQuery> commonTables,
        List<Stream> streams,
        List<Event> events) {
    /** The priority of a bucket whose definition sets none. */
    public static final int DEFAULT_PRIORITY = 3;

    /** Copies the lists. */
    public SyncConfig {
        definitions = List.copyOf(definitions);
        commonTables = List.copyOf(commonTables);
        streams = List.copyOf(streams);
        events = List.copyOf(events);
    }

    /**
     * An entry of {@code bucket_definitions}.
     *
     * @param priority as it is written; empty when it is not
     * @param acceptDangerous whether values that clients control may decide on access
     * @param parameters its parameter queries; empty when none are written
     */
    public record Definition(
            String name,
            Span span,
            Optional<Integer> priority,
            boolean acceptDangerous,
            List<SourceText> parameters,
            List<SourceText> data) {
        /** Copies the lists. */
        public Definition {
            parameters = List.copyOf(parameters);
            data = List.copyOf(data);
        }
    }

    /** An entry of {@code streams}. */
    public record Stream(
            String name,
            Span span,
            Optional<Integer> priority,
            boolean autoSubscribe,
            boolean acceptDangerous,
            List<NamedQuery> commonTables,
            List<SourceText> queries) {
        /** Copies the lists. */
        public Stream {
            commonTables = List.copyOf(commonTables);
            queries = List.copyOf(queries);
        }
    }

    /** An entry of {@code with}. */
    public record NamedQuery(String name, Span nameSpan, SourceText query) {}

    /** An entry of {@code event_definitions}. */
    public record Event(String name, Span span, List<SourceText> payloads) {
        /** Copies the list. */
        public Event {
            payloads = List.copyOf(payloads);
        }
    }
}
