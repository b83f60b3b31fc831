package io.serai.syncrules.random;

import io.serai.change.Column;
import io.serai.change.ColumnType;
import io.serai.change.JsonText;
import io.serai.change.Relation;
import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A table with texts, integers and JSON arrays of texts, all of which may be NULL but the id. Immutable. */
record SourceTable(String name, List<String> texts, List<String> integers, List<String> arrays) {
    static final SourceTable ITEMS =
            new SourceTable("items", List.of("id", "owner", "team", "note"), List.of("n", "m"), List.of("tags"));
    static final SourceTable MEMBERS =
            new SourceTable("members", List.of("id", "person", "team", "note"), List.of("n"), List.of("tags"));
    static final SourceTable TEAMS = new SourceTable("teams", List.of("id", "org"), List.of("n"), List.of());
    static final List<SourceTable> ALL = List.of(ITEMS, MEMBERS, TEAMS);

    /** Few, so that rows and clients meet. */
    private static final List<String> WORDS =
            List.of("u1", "u2", "t1", "t2", "t3", "", "A", "a", "1", "it's", "☃ \"x\"");

    private static final ColumnType DECODED = new ColumnType() {
        @Override
        public Value decode(byte[] bytes) {
            throw new UnsupportedOperationException("the values of tests are decoded");
        }

        @Override
        public String encoded() {
            return "decoded";
        }
    };

    static String word(Random random) {
        return WORDS.get(random.nextInt(random.nextInt(3) == 0 ? WORDS.size() : 5));
    }

    static String words(Random random) {
        return Stream.generate(() -> JsonText.quoted(word(random)))
                .limit(random.nextInt(4))
                .collect(Collectors.joining(",", "[", "]"));
    }

    TableRef reference() {
        return new TableRef("public", name);
    }

    String ddl() {
        return "CREATE UNLOGGED TABLE " + name + " ("
                + columns()
                        .map(column -> column + (integers.contains(column) ? " bigint" : " text"))
                        .collect(Collectors.joining(", "))
                + ")";
    }

    /** Up to {@code most} rows, each with an id of its own. */
    List<Row> rows(Random random, int most) {
        Set<String> ids = new LinkedHashSet<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            ids.add(random.nextBoolean() ? word(random) : name + i);
        }
        Relation relation = new Relation(
                reference(), columns().map(name -> new Column(name, DECODED)).toList(), List.of());
        return ids.stream().map(id -> new Row(relation, values(id, random))).toList();
    }

    private Value[] values(String id, Random random) {
        List<Value> values = new ArrayList<>(Collections.nCopies(1, Value.of(id)));
        columns().skip(1).forEach(column -> values.add(random.nextInt(8) == 0 ? Value.NULL : value(column, random)));
        return values.toArray(Value[]::new);
    }

    private Value value(String column, Random random) {
        if (integers.contains(column)) {
            return Value.of(random.nextInt(-3, 6));
        }
        return Value.of(arrays.contains(column) ? words(random) : word(random));
    }

    private Stream<String> columns() {
        return Stream.of(texts, integers, arrays).flatMap(List::stream);
    }
}
