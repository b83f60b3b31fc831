package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.SourceTables;
import io.serai.syncrules.parser.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All sources of rows of one query of a stream, those of its subqueries and common tables included. Confined to one thread. */
final class StreamSources {
    /** What an expression depends on when it depends on the client. */
    static final int REQUEST = -1;

    private final ConnectionTags tags;
    private final List<StreamSource> sources = new ArrayList<>();

    StreamSources(ConnectionTags tags) {
        this.tags = tags;
    }

    StreamSource.Table addTable(Span span, SourceTables named, @Nullable String alias) {
        StreamSource.Table table = new StreamSource.Table(sources.size(), span, tags.ofStream(named), alias);
        sources.add(table);
        return table;
    }

    StreamSource.Each addEach(Expression input) {
        StreamSource.Each each = new StreamSource.Each(sources.size(), input);
        sources.add(each);
        return each;
    }

    StreamSource.Table table(int number) {
        return (StreamSource.Table) sources.get(number);
    }

    StreamSource.Each each(int number) {
        return (StreamSource.Each) sources.get(number);
    }

    boolean isTable(int number) {
        return number >= 0 && sources.get(number) instanceof StreamSource.Table;
    }

    /**
     * What an expression depends on: the numbers of tables and {@link #REQUEST}. A {@code json_each} stands for what its input depends on, or
     * for itself when that is constant.
     */
    Set<Integer> dependencies(Expression expression) {
        Set<Integer> found = new TreeSet<>();
        expression.leaves(leaf -> {
            switch (leaf) {
                case Expression.Column column -> found.add(column.source());
                case Expression.TableProperty property -> found.add(property.source());
                case Expression.Request ignored -> found.add(REQUEST);
                case Expression.Element element -> {
                    Set<Integer> input = dependencies(each(element.source()).input());
                    found.addAll(input.isEmpty() ? Set.of(element.source()) : input);
                }
                default -> {}
            }
        });
        return found;
    }

    /** The {@code json_each} that an expression uses. */
    static Set<Integer> elements(Expression expression) {
        Set<Integer> found = new TreeSet<>();
        expression.leaves(leaf -> {
            if (leaf instanceof Expression.Element element) {
                found.add(element.source());
            }
        });
        return found;
    }
}
