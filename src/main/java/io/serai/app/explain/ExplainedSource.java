package io.serai.app.explain;

import io.serai.source.SourceDatabase;
import java.util.function.Supplier;

/**
 * A source of service.yaml as commands need it that name its tables. Immutable.
 *
 * @param tag the tag of its connection
 * @param database opens what reads stored types; it is closed after each command and never connected to
 */
public record ExplainedSource(String id, String tag, Supplier<SourceDatabase> database) {}
