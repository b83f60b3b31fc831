/**
 * What tests stand on: real servers, faults of the network, and processes that can be killed. Start with
 * {@link io.serai.testsupport.PostgresServer}.
 */
@NullMarked
package io.serai.testsupport;

import org.jspecify.annotations.NullMarked;
