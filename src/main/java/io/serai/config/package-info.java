/**
 * {@code config/service.yaml}: one record per section, read and checked together, with the line and column of each fault. Start with
 * {@link io.serai.config.ServiceConfig}.
 */
@NullMarked
package io.serai.config;

import org.jspecify.annotations.NullMarked;
