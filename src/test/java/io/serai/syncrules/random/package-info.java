/**
 * Random sync configs, rows and texts. What a client gets must equal what a database selects: read {@code RulesEqualSelectIT} first. Whatever
 * is read must be understood or refused: {@code AnyTextIsReadOrRefusedTest}.
 */
@NullMarked
package io.serai.syncrules.random;

import org.jspecify.annotations.NullMarked;
