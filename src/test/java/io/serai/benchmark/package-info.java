/** Benchmarks, run by hand: see docs/benchmarks.md. Start with {@link io.serai.benchmark.PostgresBenchmark}. */
@NullMarked
package io.serai.benchmark;

import org.jspecify.annotations.NullMarked;
