package io.serai.app.admin;

/**
 * What became of a teardown. Immutable.
 *
 * @param text what was done and what is left to do, in lines
 * @param isComplete whether nothing is left to do
 */
public record TeardownResult(String text, boolean isComplete) {}
