/**
 * Puts the parts together: reads the configuration, opens the storage, starts and stops Camel with one route per source. Start with
 * {@link io.serai.app.Serai}.
 */
@NullMarked
package io.serai.app;

import org.jspecify.annotations.NullMarked;
