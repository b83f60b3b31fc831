package io.serai.source.debezium;

import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import io.serai.source.mysql.RelayedValue;
import java.util.Properties;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Gives every value of MySQL's log as the bytes that {@link RelayedValue} makes of it: a converter gets it before Debezium's own conversions, text
 * and JSON as the log has them. An engine makes it by the name of its class. Thread-safe.
 */
public final class MysqlValues implements CustomConverter<SchemaBuilder, RelationalColumn> {
    @Override
    public void configure(Properties settings) {}

    @Override
    public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
        boolean hasDefault = column.hasDefaultValue() && column.defaultValue() != null;
        registration.register(SchemaBuilder.bytes().optional(), new OneColumn(hasDefault));
    }

    /** Where a statement gave the column a default, that is what is converted first (TableSchemaBuilder.addField), in a form that no row has it in. */
    private static final class OneColumn implements Converter {
        private boolean isDefaultNext;

        private OneColumn(boolean hasDefault) {
            isDefaultNext = hasDefault;
        }

        @Override
        public byte @Nullable [] convert(@Nullable Object value) {
            if (isDefaultNext) {
                isDefaultNext = false;
                return null;
            }
            return value == null ? null : RelayedValue.encoded(value);
        }
    }
}
