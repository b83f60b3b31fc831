package io.serai.change;

/** A column that is replicated: its exact name and its type. Immutable. */
public record Column(String name, ColumnType type) {}
