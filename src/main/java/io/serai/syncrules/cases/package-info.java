/**
 * Runs examples of sync rules that are written as JSON, one after the other: what rules make of rows and of requests. Start with
 * {@link io.serai.syncrules.cases.CaseRunner}.
 */
@NullMarked
package io.serai.syncrules.cases;

import org.jspecify.annotations.NullMarked;
