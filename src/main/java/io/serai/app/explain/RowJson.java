package io.serai.app.explain;

import io.serai.change.Json;
import io.serai.change.Row;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** A row as a JSON object, its columns in the order of the source. A BLOB is its Base64 text; NaN and the infinities are null. */
final class RowJson {
    private RowJson() {}

    static Json.Object of(Row row, ValueFormat format) {
        List<Json.Member> members = new ArrayList<>();
        for (int i = 0; i < row.size(); i++) {
            String column = row.relation().columns().get(i).name();
            members.add(new Json.Member(column, json(row.value(i).plain(format))));
        }
        return new Json.Object(members);
    }

    private static Json json(Value value) {
        return switch (value) {
            case Value.NullValue ignored -> Json.Literal.NULL;
            case Value.IntegerValue integer -> new Json.IntegerNumber(BigInteger.valueOf(integer.value()));
            case Value.RealValue real ->
                Double.isFinite(real.value()) ? new Json.RealNumber(real.value()) : Json.Literal.NULL;
            case Value.TextValue text -> new Json.Text(text.value());
            case Value.BlobValue blob -> new Json.Text(Base64.getEncoder().encodeToString(blob.value()));
            case Value.EditionValue edition -> throw new IllegalStateException(edition.getClass() + " is not plain");
        };
    }
}
