package io.serai.syncrules.cases;

import io.serai.change.Json;
import io.serai.change.Row;
import io.serai.change.ValueFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** What becomes of a value under each edition and precision that cases of category {@code types} name. */
final class ValueContexts {
    private static final List<Context> ALL = List.of(
            new Context("legacy", ValueFormat.LEGACY),
            new Context("edition3", ValueFormat.CURRENT),
            new Context("edition3_seconds", new ValueFormat(true, 0, true)),
            new Context("edition3_milliseconds", new ValueFormat(true, 3, true)),
            new Context("edition3_microseconds", new ValueFormat(true, 6, true)),
            new Context("edition3_nanoseconds", new ValueFormat(true, 9, true)));

    private ValueContexts() {}

    /** One entry for each context, or one entry {@code all} when the value is the same under each. */
    static Json.Object of(CaseValue value) {
        if (value instanceof CaseValue.Refused refused) {
            return object("error", new Json.Text(refused.reason()));
        }
        List<Json.Member> members = new ArrayList<>();
        for (Context context : ALL) {
            members.add(new Json.Member(context.name, object("value", plain(value, context.format))));
        }
        if (new HashSet<>(members.stream().map(Json.Member::value).toList()).size() == 1) {
            return new Json.Object(
                    List.of(new Json.Member("all", members.getFirst().value())));
        }
        return new Json.Object(members);
    }

    private static Json plain(CaseValue value, ValueFormat format) {
        return switch (value) {
            case CaseValue.OfColumn column -> TypedValues.json(column.value().plain(format));
            case CaseValue.OfRow of -> {
                Row row = of.row();
                List<Json.Member> members = new ArrayList<>();
                for (int i = 0; i < row.size(); i++) {
                    members.add(new Json.Member(
                            row.relation().columns().get(i).name(),
                            TypedValues.json(row.value(i).plain(format))));
                }
                yield new Json.Object(members);
            }
            case CaseValue.Refused refused -> throw new IllegalArgumentException("a refused value has no form");
        };
    }

    private static Json.Object object(String name, Json value) {
        return new Json.Object(List.of(new Json.Member(name, value)));
    }

    private record Context(String name, ValueFormat format) {}
}
