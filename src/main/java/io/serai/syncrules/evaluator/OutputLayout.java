package io.serai.syncrules.evaluator;

import io.serai.bucket.OutputRow;
import io.serai.change.JsonBytes;
import io.serai.change.JsonText;
import io.serai.change.Relation;
import io.serai.change.Row;
import io.serai.change.Value;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An {@link OutputPlan} for the columns of one relation: the members, each with its name as JSON text and its place in the row. Immutable. */
final class OutputLayout {
    private static final int COMPUTED = -1;
    private static final int ABSENT = -2;

    private final Member[] members;

    OutputLayout(OutputPlan plan, Relation relation) {
        Map<String, Member> byName = new LinkedHashMap<>();
        for (OutputPlan.Item item : plan.items()) {
            switch (item) {
                case OutputPlan.Named named -> byName.put(named.name(), member(named, relation));
                case OutputPlan.Star ignored -> addColumns(byName, plan, relation);
            }
        }
        List<Member> present = new ArrayList<>(byName.values());
        present.removeIf(member -> member.column == ABSENT);
        this.members = present.toArray(Member[]::new);
    }

    private static Member member(OutputPlan.Named named, Relation relation) {
        if (named.expression() instanceof Expression.Column column) {
            int index = relation.indexOf(column.name());
            return new Member(named.name(), index < 0 ? ABSENT : index, null, null);
        }
        return new Member(named.name(), COMPUTED, named.expression(), null);
    }

    private static void addColumns(Map<String, Member> byName, OutputPlan plan, Relation relation) {
        for (int i = 0; i < relation.columns().size(); i++) {
            String name = relation.columns().get(i).name();
            Member column = new Member(name, i, null, null);
            if (!plan.legacyStar()) {
                byName.put(name, column);
            } else if (!name.startsWith("_")) {
                byName.merge(
                        name, column, (earlier, later) -> earlier.column == ABSENT ? later : earlier.orIfNull(later));
            }
        }
    }

    /** A member of the output; {@code computed} is set when it is no column, {@code ifNull} stands in for a NULL. */
    private static final class Member {
        private final String name;
        private final byte[] prefix;
        private final int column;
        private final @Nullable Expression computed;
        private final @Nullable Member ifNull;

        Member(String name, int column, @Nullable Expression computed, @Nullable Member ifNull) {
            this.name = name;
            this.prefix = ("," + JsonText.quoted(name) + ":").getBytes(StandardCharsets.UTF_8);
            this.column = column;
            this.computed = computed;
            this.ifNull = ifNull;
        }

        Member orIfNull(Member later) {
            return new Member(name, column, computed, ifNull == null ? later : ifNull.orIfNull(later));
        }

        Value value(Row row, RowScope scope) {
            Value value = computed == null ? row.value(column).plain(scope.format()) : computed.evaluate(scope);
            return value == Value.NULL && ifNull != null ? ifNull.value(row, scope) : value;
        }
    }

    /** The members' values for the scope's row, BLOBs included. */
    Map<String, Value> values(RowScope scope) {
        Map<String, Value> values = LinkedHashMap.newLinkedHashMap(members.length);
        for (Member member : members) {
            values.put(member.name, member.value(scope.row(), scope));
        }
        return values;
    }

    /** Writes the scope's row. */
    OutputRow write(RowScope scope, String table, JsonBytes json, MessageDigest sha256) {
        Row row = scope.row();
        String id = "";
        json.truncate(0);
        for (Member member : members) {
            Value value = member.value(row, scope);
            if (value instanceof Value.BlobValue) {
                continue;
            }
            json.append(member.prefix);
            json.append(value);
            if (value != Value.NULL && member.name.equals("id")) {
                id = Conversions.text(value);
            }
        }
        if (json.size() == 0) {
            json.append('{');
        } else {
            json.set(0, '{'); // in the place of the first comma
        }
        json.append('}');
        return new OutputRow(table, id, json.toByteArray(), sha256);
    }
}
