package io.serai.source.debezium;

import io.debezium.connector.postgresql.PostgresValueConverter;
import io.debezium.connector.postgresql.UnchangedToastedReplicationMessageColumn;
import io.debezium.data.SpecialValueDecimal;
import io.debezium.spi.converter.CustomConverter;
import io.debezium.spi.converter.RelationalColumn;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.HexFormat;
import java.util.Properties;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;
import org.postgresql.jdbc.PgArray;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGobject;

/**
 * Gives every column of Postgres as the server's own text, made again of what Debezium (3.4.0, ReplicationMessageColumnValueResolver) has parsed it
 * to, and says when the log did not send it. What the parsing lost stays lost: docs/debezium.md lists it. An engine makes it by the name of its class.
 * Thread-safe.
 */
public final class PostgresText implements CustomConverter<SchemaBuilder, RelationalColumn> {
    @Override
    public void configure(Properties settings) {}

    /** The schema's parameter tells a column that was altered from the same one before. */
    @Override
    public void converterFor(RelationalColumn column, ConverterRegistration<SchemaBuilder> registration) {
        String type = column.nativeType() + " " + column.typeName() + " " + column.length() + " " + column.scale();
        registration.register(SchemaBuilder.string().optional().parameter("column", type), PostgresText::of);
    }

    private static @Nullable String of(@Nullable Object value) {
        if (UnchangedToastedReplicationMessageColumn.isUnchangedToastedValue(value)) {
            return ColumnText.UNCHANGED;
        }
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean bool -> bool ? "t" : "f";
            case Integer integer -> integer.toString();
            case Long integer -> integer.toString();
            case Short integer -> integer.toString();
            case Double real -> PostgresNumbers.text(real);
            case Float real -> PostgresNumbers.text(real);
            case SpecialValueDecimal number ->
                number.getDecimalValue()
                        .map(BigDecimal::toPlainString)
                        .orElseGet(() -> PostgresNumbers.text(number.toDouble()));
            case BigDecimal number -> number.toPlainString();
            case LocalDate date -> date(date);
            case Instant timestamp -> timestamp(timestamp);
            case OffsetDateTime timestamp -> timestamp(timestamp);
            case LocalTime time -> PostgresTimes.time(time);
            case OffsetTime time -> PostgresTimes.time(time.toLocalTime()) + "+00";
            case byte[] bytes -> "\\x" + HexFormat.of().formatHex(bytes);
            case PGInterval interval -> PostgresTimes.interval(interval);
            case PgArray array -> array.toString();
            case PGobject geometry -> PostgresNumbers.withNumbersAsWritten(String.valueOf(geometry.getValue()));
            default -> ColumnText.UNKNOWN_CLASS + value.getClass().getName();
        };
    }

    /** Infinity is one certain object: a date that is equal to it would be another. */
    @SuppressWarnings("ReferenceEquality")
    private static String date(LocalDate date) {
        return date == PostgresValueConverter.POSITIVE_INFINITY_LOCAL_DATE
                ? "infinity"
                : date == PostgresValueConverter.NEGATIVE_INFINITY_LOCAL_DATE ? "-infinity" : PostgresTimes.date(date);
    }

    @SuppressWarnings("ReferenceEquality")
    private static String timestamp(Instant timestamp) {
        return timestamp == PostgresValueConverter.POSITIVE_INFINITY_INSTANT
                ? "infinity"
                : timestamp == PostgresValueConverter.NEGATIVE_INFINITY_INSTANT
                        ? "-infinity"
                        : PostgresTimes.timestamp(timestamp);
    }

    @SuppressWarnings("ReferenceEquality")
    private static String timestamp(OffsetDateTime timestamp) {
        return timestamp == PostgresValueConverter.POSITIVE_INFINITY_OFFSET_DATE_TIME
                ? "infinity"
                : timestamp == PostgresValueConverter.NEGATIVE_INFINITY_OFFSET_DATE_TIME
                        ? "-infinity"
                        : PostgresTimes.timestampWithZone(timestamp.toInstant());
    }
}
