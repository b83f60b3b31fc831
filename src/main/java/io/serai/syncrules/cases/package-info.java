/**
 * Examples of sync rules that are written as JSON. {@link io.serai.syncrules.cases.CaseRunner}, which is the one to read first, says what the
 * rules make of rows and requests; {@link io.serai.syncrules.cases.CaseGrader} compares that with what was expected;
 * {@link io.serai.syncrules.cases.CaseLines} and {@link io.serai.syncrules.cases.CaseFile} are the two ways in.
 */
@NullMarked
package io.serai.syncrules.cases;

import org.jspecify.annotations.NullMarked;
