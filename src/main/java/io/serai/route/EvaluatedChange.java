package io.serai.route;

import io.serai.bucket.EvaluatedRow;
import io.serai.change.Row;
import io.serai.change.RowChange;
import org.jspecify.annotations.Nullable;

/**
 * A change that the sync rules have evaluated: the body between {@code syncRules} and {@code serai-storage}. Immutable.
 *
 * @param change the change, its image as it came from the source
 * @param row the row that was evaluated: the change's own, or what the route made of it; null after a delete or truncate
 * @param evaluated what the rules made of the row
 */
public record EvaluatedChange(RowChange change, @Nullable Row row, EvaluatedRow evaluated) {}
