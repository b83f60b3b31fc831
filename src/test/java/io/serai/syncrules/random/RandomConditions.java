package io.serai.syncrules.random;

import io.serai.change.JsonText;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes random values and conditions of one dialect that the rules and Postgres define the same way. Where Postgres would say NULL and the
 * rules say false, Postgres is told so. Confined to one thread.
 */
final class RandomConditions {
    private static final List<String> COMPARISONS = List.of("=", "<>", "!=", "<", "<=", ">", ">=");

    private final Random random;
    private final boolean edition3;
    private final ClientValues client;

    private RandomConditions(Random random, boolean edition3, ClientValues client) {
        this.random = random;
        this.edition3 = edition3;
        this.client = client;
    }

    /** For {@code bucket_definitions}. */
    static RandomConditions ofDefinitions(Random random) {
        return new RandomConditions(random, false, ClientValues.OF_DEFINITIONS);
    }

    /** For streams of edition 2, whose expressions are those of {@code bucket_definitions}. */
    static RandomConditions ofEarlyStreams(Random random) {
        return new RandomConditions(random, false, ClientValues.OF_STREAMS);
    }

    /** For streams of edition 3. */
    static RandomConditions ofStreams(Random random) {
        return new RandomConditions(random, true, ClientValues.OF_STREAMS);
    }

    boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** One to {@code most} of them. */
    List<Texts> some(int most, Supplier<Texts> of) {
        return Stream.generate(of).limit(1 + random.nextInt(most)).collect(Collectors.toCollection(ArrayList::new));
    }

    ClientValues client() {
        return client;
    }

    Texts clientText() {
        return one(client.texts());
    }

    Texts clientInteger() {
        return one(client.integers());
    }

    Texts clientArray() {
        return one(client.arrays());
    }

    /** A condition on the client alone. */
    Texts ofClient() {
        return switch (random.nextInt(5)) {
            case 0 -> compared(clientInteger(), integerLiteral());
            case 1 -> Texts.of(chance(2) ? "? IS NULL" : "? IS NOT NULL", clientText());
            case 2 -> Texts.of("? IN ?", textLiteral(), clientArray());
            case 3 -> not(Texts.of("? = ?", clientText(), textLiteral()));
            default -> compared(clientText(), textLiteral());
        };
    }

    /** Says that a row has something that the client gives. */
    Texts tie(SourceTable table, String name) {
        return switch (one(List.of(1, 2, 3, 4, table.arrays().isEmpty() ? 1 : 5))) {
            case 1 -> Texts.of("? = ?", textColumn(table, name), clientText());
            case 2 -> Texts.of("? = ?", clientText(), Texts.of("upper(?)", textColumn(table, name)));
            case 3 -> Texts.of("? = ?", integerColumn(table, name), clientInteger());
            case 4 -> Texts.of("? IN ?", textColumn(table, name), clientArray());
            default -> Texts.of("? IN ?", clientText(), elements(table, name));
        };
    }

    /** The elements of an array, for IN. */
    Texts elements(SourceTable table, String name) {
        return Texts.of("?", "(SELECT json_array_elements_text(?::json))", array(table, name));
    }

    /** Says that an array has an element that a subquery selects. */
    static Texts overlap(Texts array, Texts subquery) {
        return Texts.of(
                "? && (?)",
                "EXISTS (SELECT FROM json_array_elements_text(?::json) AS e(element) WHERE element IN (?))",
                array,
                subquery);
    }

    /** A condition on a row of a table that the query names {@code name}. */
    Texts ofRow(SourceTable table, String name, int depth) {
        if (depth <= 0 || chance(3)) {
            return chance(8) ? inArray(text(table, name, 1)) : comparison(table, name);
        }
        List<Texts> operands = some(3, () -> ofRow(table, name, depth - 1));
        return switch (random.nextInt(5)) {
            case 0 -> not(ofRow(table, name, depth - 1));
            case 1, 2 -> Texts.of("(?)", Texts.join(" AND ", operands));
            // Without parentheses: both have to bind AND tighter than OR, and both more loosely than all else.
            default -> Texts.of("(?)", Texts.join(" OR ", List.of(operands.getFirst(), Texts.join(" AND ", operands))));
        };
    }

    private static Texts not(Texts condition) {
        return Texts.of("NOT (?)", "NOT coalesce(?, false)", condition);
    }

    /** A test that is NULL for both where it is for one, and may stand wherever a value may. */
    Texts comparison(SourceTable table, String name) {
        return switch (random.nextInt(9)) {
            case 0, 1, 2 -> compared(integer(table, name, 2), integer(table, name, 1));
            case 3, 4, 5 -> compared(text(table, name, 2), text(table, name, 1));
            case 6 -> Texts.of(chance(2) ? "? IS NULL" : "? IS NOT NULL", anyColumn(table, name));
            case 7 -> edition3 ? between(table, name) : compared(integerColumn(table, name), integerLiteral());
            default -> edition3 ? inList(text(table, name, 1)) : inArray(textColumn(table, name));
        };
    }

    /** In edition 3 {@code <>} is NOT before {@code =}, and so true of NULL. */
    private Texts compared(Texts left, Texts right) {
        String sign = one(COMPARISONS);
        boolean notEqual = sign.equals("<>") || sign.equals("!=");
        String select = notEqual && edition3 ? "(NOT coalesce(? = ?, false))" : "? " + sign + " ?";
        return Texts.of("? " + sign + " ?", select, left, right);
    }

    private Texts inArray(Texts value) {
        List<String> words =
                Stream.generate(() -> SourceTable.word(random)).limit(2).toList();
        String json = words.stream().map(JsonText::quoted).collect(Collectors.joining(",", "[", "]"));
        String list = words.stream().map(RandomConditions::quoted).collect(Collectors.joining(", ", "(", ")"));
        return Texts.of("? IN ?", value, new Texts(quoted(json), list));
    }

    private Texts inList(Texts value) {
        Texts elements = Texts.join(", ", some(3, this::textLiteral));
        Texts list = Texts.of("ARRAY[?]", "(?)", elements);
        // What NOT makes of NULL is true to the rules, in NOT IN as well.
        return chance(2)
                ? Texts.of("? IN ?", value, list)
                : Texts.of("(? NOT IN ?)", "(NOT coalesce(? IN ?, false))", value, list);
    }

    private Texts between(SourceTable table, String name) {
        Texts between = chance(2)
                ? Texts.of("? BETWEEN ? AND ?", integer(table, name, 1), integerLiteral(), integerLiteral())
                : Texts.of("? BETWEEN ? AND ?", text(table, name, 1), textLiteral(), textLiteral());
        return Texts.of("(?)", between);
    }

    /** A TEXT or NULL. */
    Texts text(SourceTable table, String name, int depth) {
        if (depth <= 0 || chance(3)) {
            return chance(4) ? textLiteral() : textColumn(table, name);
        }
        Supplier<Texts> part = () -> text(table, name, depth - 1);
        return switch (random.nextInt(edition3 ? 10 : 9)) {
            case 0 -> Texts.of("upper(?)", part.get());
            case 1 -> Texts.of("lower(?)", part.get());
            case 2 -> Texts.of("(? || ?)", part.get(), part.get());
            case 3 ->
                Texts.of(
                        "substring(?, ?, ?)",
                        part.get(),
                        Texts.same("" + random.nextInt(4)),
                        Texts.same("" + random.nextInt(4)));
            case 4 -> Texts.of("ifnull(?, ?)", "coalesce(?, ?)", part.get(), part.get());
            case 5 -> either(table, name, part.get(), part.get());
            case 6 -> Texts.of("CAST(? AS text)", integer(table, name, depth - 1));
            case 7 -> Texts.of("hex(?)", "coalesce(upper(encode(convert_to(?, 'UTF8'), 'hex')), '')", part.get());
            case 8 -> element(table, name);
            default -> Texts.of("CASE WHEN ? THEN ? ELSE ? END", comparison(table, name), part.get(), part.get());
        };
    }

    private Texts either(SourceTable table, String name, Texts yes, Texts no) {
        return Texts.of("iif(?, ?, ?)", "CASE WHEN ? THEN ? ELSE ? END", comparison(table, name), yes, no);
    }

    private Texts element(SourceTable table, String name) {
        if (table.arrays().isEmpty()) {
            return textColumn(table, name);
        }
        int index = random.nextInt(3);
        String rules = edition3 && chance(2) ? "(? ->> " + index + ")" : "(? ->> '" + index + "')";
        return Texts.of(rules, "(?::json ->> " + index + ")", array(table, name));
    }

    /** An INTEGER or NULL. */
    Texts integer(SourceTable table, String name, int depth) {
        if (depth <= 0 || chance(3)) {
            return chance(4) ? integerLiteral() : integerColumn(table, name);
        }
        Supplier<Texts> part = () -> integer(table, name, depth - 1);
        return switch (random.nextInt(7)) {
            // Without parentheses: the product binds tighter in both.
            case 0 ->
                Texts.of(
                        "? " + one(List.of("+", "-")) + " ? * ?",
                        integerColumn(table, name),
                        part.get(),
                        integerColumn(table, name));
            case 1 -> Texts.of("(? " + one(List.of("+", "-", "*")) + " ?)", part.get(), part.get());
            case 2 -> Texts.of("(? / ?)", part.get(), Texts.same("" + (1 + random.nextInt(3))));
            case 3 -> Texts.of("length(?)", text(table, name, depth - 1));
            case 4 ->
                Texts.of("instr(?, ?)", "strpos(?, ?)", text(table, name, depth - 1), text(table, name, depth - 1));
            case 5 -> Texts.of("ifnull(?, ?)", "coalesce(?, ?)", part.get(), part.get());
            default ->
                table.arrays().isEmpty()
                        ? integerLiteral()
                        : Texts.of("json_array_length(?)", "json_array_length(?::json)", array(table, name));
        };
    }

    Texts textColumn(SourceTable table, String name) {
        return column(name, one(table.texts()));
    }

    Texts integerColumn(SourceTable table, String name) {
        return column(name, one(table.integers()));
    }

    Texts array(SourceTable table, String name) {
        return column(name, one(table.arrays()));
    }

    private Texts anyColumn(SourceTable table, String name) {
        return chance(2) ? textColumn(table, name) : integerColumn(table, name);
    }

    private static Texts column(String name, String column) {
        return Texts.same(name + "." + column);
    }

    Texts textLiteral() {
        return Texts.same(quoted(SourceTable.word(random)));
    }

    Texts integerLiteral() {
        return Texts.same("" + random.nextInt(-2, 5));
    }

    /** The select list, {@code id} included. */
    Texts columns(SourceTable table, String name) {
        if (chance(3)) {
            return new Texts(edition3 ? name + ".*" : "*", name + ".*");
        }
        List<Texts> columns = new ArrayList<>(List.of(column(name, "id")));
        for (int i = random.nextInt(4); i > 0; i--) {
            Texts value = switch (random.nextInt(4)) {
                case 0 -> integer(table, name, 2);
                case 1 -> text(table, name, 2);
                case 2 -> Texts.of("(?)", comparison(table, name));
                default -> anyColumn(table, name);
            };
            columns.add(Texts.of("? AS c" + i, value));
        }
        return Texts.join(", ", columns);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
