/**
 * A sync config's tree to plans: names are resolved, conditions sorted by what they depend on. Start with
 * {@link io.serai.syncrules.compiler.RuleCompiler}.
 */
@NullMarked
package io.serai.syncrules.compiler;

import org.jspecify.annotations.NullMarked;
