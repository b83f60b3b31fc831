/** Random sync configs and rows, for which what a client gets must equal what a database selects. Read {@code RulesEqualSelectIT} first. */
@NullMarked
package io.serai.syncrules.random;

import org.jspecify.annotations.NullMarked;
