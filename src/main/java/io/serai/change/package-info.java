/**
 * The normalised event that every source produces, and the SQLite value model of its columns. Start with {@link io.serai.change.RowChange}.
 */
@NullMarked
package io.serai.change;

import org.jspecify.annotations.NullMarked;
