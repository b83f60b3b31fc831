package io.serai.syncrules.random;

import static io.serai.syncrules.random.SourceTable.ITEMS;
import static io.serai.syncrules.random.SourceTable.MEMBERS;
import static io.serai.syncrules.random.SourceTable.TEAMS;

import io.serai.change.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Writes streams of edition 3: filters over rows, client and other tables, joins, subqueries, common tables. Confined to one thread. */
final class RandomStreams {
    private static final String COMMON_TABLE = "common";

    private final RandomConditions conditions;
    private final List<String> subscribed = new ArrayList<>();
    private final List<RandomConfig.Selection> selections = new ArrayList<>();
    private final Texts commonTable;
    private boolean usesCommonTable;

    RandomStreams(Random random) {
        this.conditions = RandomConditions.ofStreams(random);
        this.commonTable = subquery("", 0);
    }

    RandomConfig config() {
        StringBuilder streams = new StringBuilder("streams:\n");
        for (int i = 0; i == 0 || i < 3 && conditions.chance(2); i++) {
            streams.append(stream("s" + i));
        }
        String yaml = "config: {edition: 3}\n" + (usesCommonTable ? with() : "") + streams;
        return new RandomConfig(yaml, subscribed, selections);
    }

    private String with() {
        return "with:\n  " + COMMON_TABLE + ": " + JsonText.quoted(commonTable.rules()) + "\n";
    }

    private String stream(String name) {
        boolean automatic = conditions.chance(2);
        if (!automatic) {
            subscribed.add(name);
        }
        StringBuilder yaml = new StringBuilder("  " + name + ":\n    auto_subscribe: " + automatic
                + "\n    accept_potentially_dangerous_queries: true\n    queries:\n");
        for (int i = 0; i == 0 || i < 3 && conditions.chance(2); i++) {
            String table = name + "_" + i;
            Texts query = query(table);
            yaml.append("      - ").append(JsonText.quoted(query.rules())).append('\n');
            selections.add(new RandomConfig.Selection(automatic ? "" : name, table, query.select()));
        }
        return yaml.toString();
    }

    private Texts query(String table) {
        Texts columns = conditions.columns(ITEMS, table);
        return switch (conditions.one(List.of(1, 1, 2, 3))) {
            case 1 -> Texts.of("SELECT ? FROM items AS " + table + " WHERE ?", columns, filter(table, 2));
            case 2 ->
                Texts.of(
                        "SELECT ? FROM items AS " + table + " JOIN members AS m ON ? WHERE ? AND ?",
                        columns,
                        meeting(table, ITEMS, "m", MEMBERS),
                        lookup("m", MEMBERS),
                        Texts.of("(?)", filter(table, 1)));
            default ->
                Texts.of(
                        "SELECT ? FROM items AS " + table + ", members AS m, teams AS t WHERE ? AND ? AND ?",
                        columns,
                        meeting(table, ITEMS, "t", TEAMS),
                        meeting("t", TEAMS, "m", MEMBERS),
                        lookup("m", MEMBERS));
        };
    }

    /** One or two columns that are equal in both tables. */
    private Texts meeting(String one, SourceTable ofOne, String other, SourceTable ofOther) {
        return Texts.join(
                " AND ",
                conditions.some(
                        2,
                        () -> conditions.chance(4)
                                ? Texts.of(
                                        "? = ?",
                                        conditions.integerColumn(ofOne, one),
                                        conditions.integerColumn(ofOther, other))
                                : Texts.of(
                                        "? = ?",
                                        conditions.textColumn(ofOne, one),
                                        conditions.textColumn(ofOther, other))));
    }

    private Texts filter(String table, int depth) {
        if (depth <= 0 || conditions.chance(3)) {
            return switch (conditions.one(List.of(1, 1, 2, 3, 3, 4))) {
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
        Texts column = conditions.textColumn(ITEMS, table);
        return switch (conditions.one(List.of(1, 1, 2, 3, 4))) {
            case 1 -> Texts.of("? IN (?)", column, subquery(table, 1));
            case 2 -> {
                usesCommonTable = true;
                yield Texts.of("? IN ?", column, new Texts(COMMON_TABLE, "(" + commonTable.select() + ")"));
            }
            case 3 -> Texts.of("? IN (?)", conditions.clientText(), subquery("", 1));
            default -> RandomConditions.overlap(conditions.array(ITEMS, table), subquery("", 0));
        };
    }

    /** @param outer the table of the outer query that a row may have to meet; empty for none */
    private Texts subquery(String outer, int depth) {
        Texts where = lookup("m", MEMBERS);
        if (!outer.isEmpty() && conditions.chance(3)) {
            where = Texts.of("? AND ?", meeting("m", MEMBERS, outer, ITEMS), where);
        }
        if (depth > 0 && conditions.chance(3)) {
            Texts inner = Texts.of("m.team IN (SELECT t.id FROM teams AS t WHERE ?)", lookup("t", TEAMS));
            where = Texts.of("? AND ?", where, inner);
        }
        return Texts.of("SELECT m." + conditions.one(MEMBERS.texts()) + " FROM members AS m WHERE ?", where);
    }

    /** A condition on the rows of a table that is only looked up. */
    private Texts lookup(String name, SourceTable table) {
        Texts ofRow = conditions.ofRow(table, name, 1);
        return conditions.chance(4) ? ofRow : Texts.of("? AND ?", conditions.tie(table, name), ofRow);
    }
}
