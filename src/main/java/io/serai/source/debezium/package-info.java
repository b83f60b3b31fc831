/** Camel's own Debezium endpoints as sources: what they read of the log, in a route with the step {@code debezium}. Read {@link DebeziumDatabase} first. */
@NullMarked
package io.serai.source.debezium;

import org.jspecify.annotations.NullMarked;
