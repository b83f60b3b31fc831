package io.serai.bucket;

/**
 * An index entry from a parameter query, owned by the source row that it was evaluated from. Immutable.
 *
 * @param definition the definition that owns the index
 * @param index names the query within the sync config
 * @param key the looked-up values, normalised, as compact JSON array text
 * @param values the bucket parameters that a client with these values gets, as compact JSON object text
 */
public record Lookup(String definition, String index, String key, String values) {}
