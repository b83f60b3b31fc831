package io.serai.syncrules;

import io.serai.bucket.Checksum;
import io.serai.syncrules.parser.SourceText;
import io.serai.syncrules.parser.SqlParser;
import io.serai.syncrules.parser.SyncConfig.NamedQuery;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** Parts of a sync config in one order, to be hashed: equal for configs that differ in comments, white space and order of keys only. */
final class CanonicalText {
    private final StringBuilder text = new StringBuilder();

    /** Adds a part in a form that no other parts can imitate: its length stands before it. */
    CanonicalText part(String kind, String content) {
        text.append(kind)
                .append(' ')
                .append(content.length())
                .append('\n')
                .append(content)
                .append('\n');
        return this;
    }

    /** Adds queries in their order. */
    CanonicalText queries(String kind, List<SourceText> queries) {
        queries.forEach(query -> part(kind, SqlParser.canonical(query.text())));
        return this;
    }

    /** Adds common tables, whose order means nothing. */
    CanonicalText commonTables(List<NamedQuery> tables) {
        sorted(tables, Comparator.comparing(NamedQuery::name)).forEach(table -> {
            part("with", table.name());
            queries("query", List.of(table.query()));
        });
        return this;
    }

    /** The SHA-256 of all parts, in hexadecimal digits. */
    String hash() {
        return HexFormat.of().formatHex(Checksum.sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    static <T> List<T> sorted(List<T> items, Comparator<T> order) {
        List<T> sorted = new ArrayList<>(items);
        sorted.sort(order);
        return sorted;
    }
}
