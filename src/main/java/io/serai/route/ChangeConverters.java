package io.serai.route;

import io.serai.change.Row;
import io.serai.change.RowChange;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Lets Camel's languages, beans and components see a change as a map or as JSON text: the row after it, the old key of a delete, nothing of a
 * truncate.
 */
@Converter(generateLoader = true)
public final class ChangeConverters {
    private ChangeConverters() {}

    /** The change as a map by column name. */
    @Converter
    public static Map<String, @Nullable Object> toMap(RowChange change) {
        return RowView.map(RowView.of(change));
    }

    /** The change as the text of a JSON object. */
    @Converter
    public static String toText(RowChange change) {
        return RowView.json(RowView.of(change));
    }

    /** The change as UTF-8 JSON. */
    @Converter
    public static byte[] toBytes(RowChange change) {
        return toText(change).getBytes(StandardCharsets.UTF_8);
    }

    /** The change as a stream of UTF-8 JSON. */
    @Converter
    public static InputStream toStream(RowChange change) {
        return new ByteArrayInputStream(toBytes(change));
    }

    /** The evaluated row as a map by column name. */
    @Converter
    public static Map<String, @Nullable Object> toMap(EvaluatedChange change) {
        return RowView.map(row(change));
    }

    /** The evaluated row as the text of a JSON object. */
    @Converter
    public static String toText(EvaluatedChange change) {
        return RowView.json(row(change));
    }

    /** The evaluated row as UTF-8 JSON. */
    @Converter
    public static byte[] toBytes(EvaluatedChange change) {
        return toText(change).getBytes(StandardCharsets.UTF_8);
    }

    /** The evaluated row as a stream of UTF-8 JSON. */
    @Converter
    public static InputStream toStream(EvaluatedChange change) {
        return new ByteArrayInputStream(toBytes(change));
    }

    private static Row row(EvaluatedChange change) {
        Row row = change.row();
        return row == null ? RowView.of(change.change()) : row;
    }
}
