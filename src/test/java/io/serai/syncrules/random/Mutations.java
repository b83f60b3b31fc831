package io.serai.syncrules.random;

import java.util.List;
import java.util.Random;

/** Changes texts at random, and makes some up. Confined to one thread. */
final class Mutations {
    private static final List<String> WORDS = List.of(
            "SELECT ",
            " FROM ",
            " WHERE ",
            " AND ",
            " OR ",
            " NOT ",
            " IN ",
            " IS NULL",
            " IS NOT ",
            " BETWEEN ",
            " CASE ",
            " WHEN ",
            " THEN ",
            " ELSE ",
            " END ",
            "CAST(",
            " AS ",
            "::text",
            "::",
            " -> ",
            "->>",
            " || ",
            "&&",
            " DISTINCT ON (",
            " JOIN ",
            " LEFT JOIN ",
            " ON ",
            " USING ",
            " GROUP BY ",
            " ORDER BY ",
            " LIMIT ",
            " OFFSET ",
            " FOR UPDATE",
            " UNION ",
            " WINDOW ",
            " OVER (",
            " FILTER (",
            "json_each(",
            "ARRAY[",
            "ROW(",
            "EXISTS (",
            "ANY(",
            "substring(x from 1 for 2)",
            "interval '1'",
            "bucket.",
            "request.jwt()",
            "auth.user_id()",
            "subscription.parameter('x')",
            "token_parameters.",
            "_priority",
            "iif(",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ";",
            ".",
            "*",
            "'",
            "''",
            "\"",
            "\"\"",
            "E'\\",
            "$1",
            "$$",
            "--",
            "/*",
            "*/",
            "\\",
            "\\u",
            "\\x",
            "-",
            "+",
            "=",
            "==",
            "<>",
            "!=",
            "<",
            "~",
            "@>",
            "#",
            "^",
            "%",
            "`",
            "@",
            "!",
            "&a ",
            "*a",
            "!!str ",
            "!!binary ",
            "? ",
            ": ",
            "- ",
            "|",
            "|-",
            ">",
            ">-\n",
            "---\n",
            "...\n",
            "%YAML 1.2\n",
            "<<: ",
            "\n",
            "\n  ",
            "\n\t",
            "\t",
            "\r",
            "\r\n",
            " ",
            "\0",
            "\u0007",
            "\u0085",
            "\u00a0",
            "\u2028",
            "\ufeff",
            "\ud800",
            "\udc00",
            "😀",
            "é",
            "0",
            "1",
            "1.",
            ".5",
            "1e3",
            "9223372036854775808",
            "99999999999999999999999999999999999999999999",
            "0x1",
            "null",
            "true",
            "~",
            "config:",
            "edition: 3",
            "edition: ",
            "streams:",
            "bucket_definitions:",
            "with:",
            "queries:",
            "query:",
            "data:",
            "parameters:",
            "priority: ",
            "event_definitions:",
            "payloads:",
            "auto_subscribe: ",
            "storage_version: ",
            "timestamp_max_precision: ");

    private final Random random;

    Mutations(Random random) {
        this.random = random;
    }

    /** {@code text} with one to eight changes, some of them pieces of {@code other}. */
    String of(String text, String other) {
        StringBuilder changed = new StringBuilder(text);
        for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
            change(changed, other);
        }
        return changed.toString();
    }

    private void change(StringBuilder text, String other) {
        int start = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), start + random.nextInt(random.nextInt(4) == 0 ? 60 : 6));
        switch (random.nextInt(8)) {
            case 0 -> text.delete(start, end);
            case 1 -> text.insert(start, text.substring(start, end));
            case 2 -> text.replace(start, end, word());
            case 3 -> text.insert(start, word().repeat(1 + random.nextInt(20)));
            case 4 -> text.insert(random.nextInt(text.length() + 1), text.substring(start, end));
            case 5 -> text.insert(start, piece(other));
            case 6 -> text.setLength(random.nextInt(6) == 0 ? start : text.length());
            default -> text.insert(start, character());
        }
    }

    private String piece(String other) {
        int start = random.nextInt(other.length() + 1);
        return other.substring(start, Math.min(other.length(), start + random.nextInt(80)));
    }

    /** Words of both languages, and characters of any. */
    String made() {
        StringBuilder text = new StringBuilder();
        for (int words = random.nextInt(40); words > 0; words--) {
            text.append(random.nextInt(5) == 0 ? String.valueOf(character()) : word());
        }
        return text.toString();
    }

    private String word() {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private char character() {
        return (char) random.nextInt(random.nextInt(4) == 0 ? 0x10000 : 0x80);
    }
}
