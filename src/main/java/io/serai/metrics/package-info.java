/** Meters over the state of the other packages, which never call them. Start with {@link io.serai.metrics.SeraiMeters}. */
@NullMarked
package io.serai.metrics;

import org.jspecify.annotations.NullMarked;
