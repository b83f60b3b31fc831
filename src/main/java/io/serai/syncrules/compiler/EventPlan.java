package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.OutputPlan;
import io.serai.syncrules.evaluator.SourceTables;

/** A payload of an event: each changed row of the tables fires it with these members. Immutable. */
public record EventPlan(String event, SourceTables tables, OutputPlan output) {}
