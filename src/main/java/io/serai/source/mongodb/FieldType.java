package io.serai.source.mongodb;

import io.serai.change.ColumnType;
import io.serai.change.Value;
import java.nio.charset.StandardCharsets;

/** The type of a column that is a field of a document; its values are made with the row's. */
enum FieldType implements ColumnType {
    FIELD;

    @Override
    public Value decode(byte[] bytes) {
        return Value.of(new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public String encoded() {
        return "field";
    }
}
