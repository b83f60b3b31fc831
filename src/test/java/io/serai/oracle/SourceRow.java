package io.serai.oracle;

import org.jspecify.annotations.Nullable;

/** A row of a random table, as the source has it. */
record SourceRow(String id, String owner, int n, @Nullable String body, long tx) {}
