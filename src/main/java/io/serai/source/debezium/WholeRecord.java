package io.serai.source.debezium;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Lets the body of an exchange be the whole record: of one with a schema, Camel's consumer (4.17.0) gives only the new row, and neither the offset
 * nor the headers. An engine makes it by the name of its class.
 */
public final class WholeRecord implements Transformation<SourceRecord> {
    /** The option that says whose records they are. */
    static final String ENGINE = "engine";

    private String engine = "";

    @Override
    public void configure(Map<String, ?> settings) {
        engine = String.valueOf(settings.get(ENGINE));
    }

    @Override
    public SourceRecord apply(SourceRecord whole) {
        return whole.newRecord(
                whole.topic(),
                whole.kafkaPartition(),
                whole.keySchema(),
                whole.key(),
                null,
                new EngineRecord(engine, whole),
                whole.timestamp());
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public void close() {}
}
