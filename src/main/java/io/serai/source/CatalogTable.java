package io.serai.source;

import io.serai.change.Relation;

/**
 * A table as the database's catalog describes it now, before it has numbers in the storage. Immutable.
 *
 * @param relation its columns that are replicated, and its key
 * @param identity as in {@link SourceTable}
 * @param estimatedRows the planner's estimate, or -1
 */
public record CatalogTable(Relation relation, String identity, long estimatedRows) {}
