package io.serai.source.debezium;

import org.apache.kafka.connect.source.SourceRecord;

/** A record of an engine, whole, and whose it is: one that was stopped may still deliver. Immutable, as far as the record is. */
record EngineRecord(String engine, SourceRecord source) {}
