package io.serai.syncrules.cases;

import io.serai.change.Json;
import io.serai.change.Value;
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
    static Json.Object of(Value value) {
        List<Json.Member> members = new ArrayList<>();
        for (Context context : ALL) {
            Json plain = TypedValues.json(value.plain(context.format));
            members.add(new Json.Member(context.name, new Json.Object(List.of(new Json.Member("value", plain)))));
        }
        if (new HashSet<>(members.stream().map(Json.Member::value).toList()).size() == 1) {
            return new Json.Object(
                    List.of(new Json.Member("all", members.getFirst().value())));
        }
        return new Json.Object(members);
    }

    private record Context(String name, ValueFormat format) {}
}
