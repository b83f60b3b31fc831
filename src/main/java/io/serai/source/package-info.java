/**
 * What all sources share: the life cycle, the log reader's SPI, the replication session, the chunked snapshot, retry and checks; no Camel. Start
 * with {@link io.serai.source.SourceDatabase}, which each kind of database implements.
 */
@NullMarked
package io.serai.source;

import org.jspecify.annotations.NullMarked;
