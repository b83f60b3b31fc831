package io.serai.app.admin;

import java.time.Instant;

/**
 * Why the sync config as it is now is not used; the former one is. Immutable.
 *
 * @param code stable
 * @param message what is wrong, and where
 * @param since when it was found
 */
public record SyncConfigProblem(String code, String message, Instant since) {}
