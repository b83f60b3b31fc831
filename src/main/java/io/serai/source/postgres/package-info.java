/**
 * Postgres as a source: its catalog, its types, the reader of its log and the reader of its tables. Start with
 * {@link io.serai.source.postgres.PostgresDatabase}.
 */
@NullMarked
package io.serai.source.postgres;

import org.jspecify.annotations.NullMarked;
