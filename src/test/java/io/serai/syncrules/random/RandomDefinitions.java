package io.serai.syncrules.random;

import static io.serai.syncrules.random.SourceTable.ITEMS;
import static io.serai.syncrules.random.SourceTable.MEMBERS;

import io.serai.change.JsonText;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Writes configs with {@code bucket_definitions}: parameter queries of all three kinds, and data queries. Confined to one thread. */
final class RandomDefinitions {
    private final Random random;
    private final RandomConditions conditions;
    private final List<RandomConfig.Selection> selections = new ArrayList<>();

    RandomDefinitions(Random random) {
        this.random = random;
        this.conditions = RandomConditions.ofDefinitions(random);
    }

    RandomConfig config() {
        StringBuilder yaml =
                new StringBuilder("config: {edition: " + conditions.one(List.of(1, 2)) + "}\nbucket_definitions:\n");
        for (int i = 0; i == 0 || i < 3 && conditions.chance(2); i++) {
            yaml.append(definition("b" + i));
        }
        return new RandomConfig(yaml.toString(), List.of(), selections);
    }

    private String definition(String name) {
        List<String> parameters =
                conditions.one(List.of(List.of("p"), List.of("p"), List.of("p", "q"), List.<String>of()));
        List<Texts> parameterQueries =
                parameters.isEmpty() ? List.of() : conditions.some(2, () -> parameterQuery(parameters));
        String buckets = parameterQueries.stream()
                .map(query -> "SELECT " + String.join(", ", parameters) + " FROM (" + query.select() + ") AS one")
                .collect(Collectors.joining(" UNION "));
        StringBuilder yaml = new StringBuilder("  " + name + ":\n    accept_potentially_dangerous_queries: true\n");
        if (!parameters.isEmpty()) {
            yaml.append("    parameters:\n").append(list(parameterQueries));
        }
        List<Texts> data = new ArrayList<>();
        for (int i = 0; i == 0 || i < 3 && conditions.chance(2); i++) {
            String table = name + "_" + i;
            Texts from = new Texts(
                    "items AS " + table,
                    "items AS " + table + (buckets.isEmpty() ? "" : ", (" + buckets + ") AS bucket"));
            data.add(Texts.of(
                    "SELECT ? FROM ? WHERE ?", conditions.columns(ITEMS, table), from, filter(table, parameters)));
            selections.add(new RandomConfig.Selection("", table, data.getLast().select()));
        }
        return yaml.append("    data:\n").append(list(data)).toString();
    }

    private static String list(List<Texts> queries) {
        return queries.stream()
                .map(query -> "      - " + JsonText.quoted(query.rules()) + "\n")
                .collect(Collectors.joining());
    }

    private Texts parameterQuery(List<String> parameters) {
        return switch (conditions.one(List.of(1, 2, 2, parameters.size() == 1 ? 3 : 2))) {
            case 1 -> {
                Texts select = Texts.of("SELECT ?", shuffled(parameters, false));
                yield conditions.chance(2) ? select : Texts.of("? WHERE ?", select, conditions.ofClient());
            }
            case 2 -> Texts.of("SELECT ? FROM members WHERE ?", shuffled(parameters, true), lookup());
            default ->
                Texts.of(
                        "SELECT value AS p FROM ?",
                        each(conditions.one(List.of("request.jwt() ->> 'teams'", "request.parameters() ->> 'teams'"))));
        };
    }

    private Texts each(String array) {
        Texts each =
                new Texts("json_each(" + array + ")", "json_array_elements_text((" + array + ")::json) AS each(value)");
        return conditions.chance(2) ? each : Texts.of("? WHERE value <> ?", each, conditions.textLiteral());
    }

    private Texts shuffled(List<String> parameters, boolean ofRow) {
        List<Texts> columns = new ArrayList<>();
        for (String parameter : parameters) {
            boolean column = ofRow && (columns.isEmpty() || conditions.chance(2));
            Texts value = column ? Texts.same(conditions.one(MEMBERS.texts())) : conditions.clientText();
            columns.add(Texts.of("? AS " + parameter, value));
        }
        Collections.shuffle(columns, random);
        return Texts.join(", ", columns);
    }

    /** The filter of a parameter query over {@code members}. */
    private Texts lookup() {
        List<Texts> all = new ArrayList<>();
        if (!conditions.chance(5)) {
            all.add(tie());
        }
        if (conditions.chance(2) || all.isEmpty()) {
            all.add(conditions.ofRow(MEMBERS, "members", 2));
        }
        if (conditions.chance(4)) {
            all.add(conditions.ofClient());
        }
        Collections.shuffle(all, random);
        return Texts.join(" AND ", all);
    }

    private Texts tie() {
        Texts column = conditions.textColumn(MEMBERS, "members");
        Texts client = conditions.clientText();
        return switch (random.nextInt(5)) {
            case 0 -> Texts.of("? = ?", client, column);
            case 1 -> Texts.of("? IN ?", client, conditions.elements(MEMBERS, "members"));
            case 2 -> Texts.of("? IN ?", column, conditions.clientArray());
            case 3 -> Texts.of("(? = ? OR ? = ?)", column, client, client, conditions.textColumn(MEMBERS, "members"));
            default ->
                Texts.of(
                        "? = ? AND ? = ?",
                        column,
                        client,
                        conditions.integerColumn(MEMBERS, "members"),
                        conditions.clientInteger());
        };
    }

    private Texts filter(String table, List<String> parameters) {
        Texts alternative = alternative(table, parameters);
        return conditions.chance(3) ? Texts.of("? OR ?", alternative, alternative(table, parameters)) : alternative;
    }

    private Texts alternative(String table, List<String> parameters) {
        List<Texts> all = new ArrayList<>();
        for (String parameter : parameters) {
            all.add(fixed(table, "bucket." + parameter, all.isEmpty()));
        }
        if (all.isEmpty() || conditions.chance(2)) {
            all.add(conditions.ofRow(ITEMS, table, 2));
        }
        Collections.shuffle(all, random);
        return Texts.join(" AND ", all);
    }

    private Texts fixed(String table, String parameter, boolean mayBeElement) {
        Texts bucket = Texts.same(parameter);
        Texts column = conditions.textColumn(ITEMS, table);
        return switch (random.nextInt(mayBeElement ? 5 : 4)) {
            case 0 -> Texts.of("? = ?", bucket, Texts.of("lower(?)", column));
            case 1 -> Texts.of("(? = ? OR ? = ?)", column, bucket, bucket, conditions.textColumn(ITEMS, table));
            case 2, 3 -> Texts.of("? = ?", column, bucket);
            default -> Texts.of("? IN ?", bucket, conditions.elements(ITEMS, table));
        };
    }
}
