/**
 * Sync rules: a sync config in, an evaluator out. Start with {@link io.serai.syncrules.SyncRules}; parser, compiler and evaluator are hidden
 * behind it.
 */
@NullMarked
package io.serai.syncrules;

import org.jspecify.annotations.NullMarked;
