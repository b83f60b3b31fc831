/**
 * Plans and what they make of rows and requests: pure, without I/O, clock or locks. Start with
 * {@link io.serai.syncrules.evaluator.Expression}.
 */
@NullMarked
package io.serai.syncrules.evaluator;

import org.jspecify.annotations.NullMarked;
