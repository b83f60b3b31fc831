package io.serai.syncrules.evaluator;

/**
 * A payload of an event: each changed row of the tables fires it with these members. Immutable.
 *
 * @param query names event and payload, for messages
 */
public record EventPlan(String event, String query, SourceTables tables, OutputPlan output) {}
