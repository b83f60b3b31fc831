package io.serai.storage;

/**
 * Who asks for write checkpoints. Immutable.
 *
 * @param user the user's id
 * @param client the id of the user's device, as it says it; may be empty
 */
public record ClientKey(String user, String client) {}
