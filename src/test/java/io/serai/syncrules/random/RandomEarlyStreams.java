package io.serai.syncrules.random;

import static io.serai.syncrules.random.SourceTable.ITEMS;
import static io.serai.syncrules.random.SourceTable.MEMBERS;

import io.serai.change.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes streams of edition 2: one query over one table, filters over rows and client, subqueries of one level. Confined to one thread. */
final class RandomEarlyStreams {
    private static final String NAME = "members";

    private final RandomConditions conditions;
    private final List<String> subscribed = new ArrayList<>();
    private final List<RandomConfig.Selection> selections = new ArrayList<>();

    RandomEarlyStreams(Random random) {
        this.conditions = RandomConditions.ofEarlyStreams(random);
    }

    RandomConfig config() {
        StringBuilder yaml = new StringBuilder("config: {edition: 2}\nstreams:\n");
        for (int i = 0; i == 0 || i < 3 && conditions.chance(2); i++) {
            yaml.append(stream("s" + i));
        }
        return new RandomConfig(yaml.toString(), subscribed, selections);
    }

    private String stream(String name) {
        boolean automatic = conditions.chance(2);
        if (!automatic) {
            subscribed.add(name);
        }
        String table = name + "_0";
        Texts query = Texts.of(
                "SELECT ? FROM items AS " + table + " WHERE ?", conditions.columns(ITEMS, table), filter(table, 2));
        selections.add(new RandomConfig.Selection(automatic ? "" : name, table, query.select()));
        return "  " + name + ":\n    auto_subscribe: " + automatic
                + "\n    accept_potentially_dangerous_queries: true\n    query: " + JsonText.quoted(query.rules())
                + "\n";
    }

    private Texts filter(String table, int depth) {
        if (depth <= 0 || conditions.chance(3)) {
            return switch (conditions.one(List.of(1, 1, 2, 3, 3, 4, 4))) {
                case 1 -> conditions.ofRow(ITEMS, table, 1);
                case 2 -> conditions.ofClient();
                case 3 -> conditions.tie(ITEMS, table);
                default -> throughSubquery(table);
            };
        }
        List<Texts> operands = conditions.some(2, () -> filter(table, depth - 1));
        operands.add(conditions.tie(ITEMS, table));
        return Texts.of("(?)", Texts.join(conditions.chance(2) ? " AND " : " OR ", operands));
    }

    private Texts throughSubquery(String table) {
        return switch (conditions.one(List.of(1, 1, 2, 3))) {
            case 1 -> Texts.of("? IN (?)", conditions.textColumn(ITEMS, table), subquery());
            case 2 -> Texts.of("? IN (?)", conditions.clientText(), subquery());
            default -> RandomConditions.overlap(conditions.array(ITEMS, table), subquery());
        };
    }

    private Texts subquery() {
        Texts where = conditions.tie(MEMBERS, NAME);
        if (conditions.chance(2)) {
            where = Texts.of("? AND ?", where, conditions.chance(3) ? conditions.tie(MEMBERS, NAME) : plain());
        }
        return Texts.of("SELECT " + conditions.one(MEMBERS.texts()) + " FROM members WHERE ?", where);
    }

    private Texts plain() {
        return conditions.chance(3) ? conditions.ofClient() : conditions.ofRow(MEMBERS, NAME, 1);
    }
}
