package io.serai.source;

/**
 * How far the repair of a table is. Immutable.
 *
 * @param rows how many rows went through the route, or were read, since the repair began; one that is interrupted begins anew
 * @param diverted how many rows of the table are listed as diverted or refused
 */
public record RepairProgress(String table, Repair repair, boolean isDone, long rows, long diverted) {}
