package io.serai.app.admin;

/**
 * What a command did. Immutable.
 *
 * @param text what was done and what is left to do, in lines
 * @param isComplete whether nothing is left to do
 */
public record CommandResult(String text, boolean isComplete) {}
