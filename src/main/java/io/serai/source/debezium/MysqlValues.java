package io.serai.source.debezium;

import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import io.serai.source.mysql.RelayedValue;
import java.util.Properties;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Gives every value of MySQL's log as the bytes that {@link RelayedValue} makes of it: a converter gets it before Debezium's own conversions, text
 * and JSON as the log has them. An engine makes it by the name of its class. Thread-safe.
 */
public final class MysqlValues implements CustomConverter<SchemaBuilder, RelationalColumn> {
    @Override
    public void configure(Properties settings) {}

    @Override
    public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
        registration.register(
                SchemaBuilder.bytes().optional(), value -> value == null ? null : RelayedValue.encoded(value));
    }
}
