/** The HTTP API: for now probes, health and the place where metrics are scraped. Start with {@link io.serai.api.ApiServer}. */
@NullMarked
package io.serai.api;

import org.jspecify.annotations.NullMarked;
