package io.serai.app.explain;

import io.serai.source.SourceDatabase;
import java.util.function.Supplier;

/**
 * A source of service.yaml as the explainer needs it. Immutable.
 *
 * @param tag the tag of its connection
 * @param database opens what reads stored types; it is closed after each question and never connected to
 */
public record ExplainedSource(String id, String tag, Supplier<SourceDatabase> database) {}
