package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.OutputPlan;
import io.serai.syncrules.parser.Names;
import io.serai.syncrules.parser.Span;
import io.serai.syncrules.parser.SqlExpression;
import io.serai.syncrules.parser.SqlSelect;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The select list of a stream's query, and the one table that it takes its columns from. Confined to one thread. */
final class StreamOutput {
    private final Query query;
    private final StreamSources sources;
    private final boolean legacyRules;
    private final Set<Integer> tables = new LinkedHashSet<>();

    /** With {@code legacyRules} columns need names, one of them {@code id}, and {@code *} leaves out columns with an underscore. */
    StreamOutput(Query query, StreamSources sources, boolean legacyRules) {
        this.query = query;
        this.sources = sources;
        this.legacyRules = legacyRules;
    }

    /** What clients get, and of which table. */
    record Result(StreamSource.Table table, OutputPlan plan) {}

    Optional<Result> compile(SqlSelect select, StreamScope scope, ExpressionCompiler expressions) {
        List<OutputPlan.Item> items = new ArrayList<>();
        for (SqlSelect.Column column : select.columns()) {
            if (column.expression() instanceof SqlExpression.Star star) {
                star(select, scope, column, star, items);
            } else {
                Expression expression = expressions.compile(column.expression());
                depend(column.span(), expression);
                name(column).ifPresent(name -> items.add(new OutputPlan.Named(name, onRow(expression))));
            }
        }
        boolean mayBeConstant = legacyRules || select.columns().isEmpty();
        if (tables.isEmpty() && mayBeConstant && scope.only() instanceof StreamSource.Table table) {
            tables.add(table.number());
        }
        if (tables.size() != 1) {
            query.error(
                    "streams.output-table",
                    query.whole(),
                    "The columns must come from exactly one table; the others may stand in conditions only");
            return Optional.empty();
        }
        if (legacyRules) {
            requireId(select, items);
        }
        StreamSource.Table table = sources.table(tables.iterator().next());
        warnOfAlias(table, select, scope);
        boolean named = table.alias() != null || !table.tables().pattern().isNameWildcard();
        Optional<String> name = named ? Optional.of(table.name()) : Optional.empty();
        return Optional.of(new Result(table, new OutputPlan(name, items, legacyRules)));
    }

    private Optional<String> name(SqlSelect.Column column) {
        return legacyRules ? SelectList.name(query, column) : Optional.of(StreamQueryReader.columnName(query, column));
    }

    private void star(
            SqlSelect select,
            StreamScope scope,
            SqlSelect.Column column,
            SqlExpression.Star star,
            List<OutputPlan.Item> items) {
        if (legacyRules) {
            SelectList.refuseAlias(query, column);
        }
        StreamSource source = starSource(scope, star);
        switch (source) {
            case null -> {}
            case StreamSource.Table table -> {
                tables.add(table.number());
                if (!legacyRules && hasAliasBefore(select, star)) {
                    query.warning(
                            "streams.star-after-alias",
                            star.span(),
                            "* overwrites the columns before it that have the same names");
                }
                items.add(OutputPlan.star());
            }
            case StreamSource.Derived derived ->
                derived.columns().forEach((name, expression) -> {
                    depend(star.span(), expression);
                    items.add(new OutputPlan.Named(name, onRow(expression)));
                });
            case StreamSource.Each ignored ->
                query.error(
                        "streams.output-table", star.span(), "The columns of json_each can stand in conditions only");
        }
    }

    private static boolean hasAliasBefore(SqlSelect select, SqlExpression.Star star) {
        return select.columns().stream()
                .anyMatch(column -> column.alias() != null
                        && column.span().start() < star.span().start());
    }

    private @Nullable StreamSource starSource(StreamScope scope, SqlExpression.Star star) {
        if (star.qualifier() == null) {
            StreamSource only = scope.only();
            if (only == null) {
                query.error(
                        "sql.ambiguous-reference",
                        star.span(),
                        scope.size() == 0
                                ? "There is no table here"
                                : "* may mean any of the tables here; write the table before it, as in t.*");
            }
            return only;
        }
        StreamSource source = scope.find(star.qualifier());
        if (source == null) {
            query.error(
                    "sql.unknown-reference",
                    star.span(),
                    "There is no table \"" + star.qualifier() + "\" in this query"
                            + Names.hint(star.qualifier(), List.of()));
        }
        return source;
    }

    private void depend(Span span, Expression expression) {
        Set<Integer> dependencies = sources.dependencies(expression);
        boolean allowed = dependencies.stream().allMatch(sources::isTable)
                && StreamSources.elements(expression).isEmpty();
        if (!allowed) {
            boolean request = dependencies.contains(StreamSources.REQUEST);
            query.error(
                    request ? "streams.param-position" : "streams.output-table",
                    span,
                    request
                            ? "Values of the client can stand in conditions only"
                            : "The columns of json_each can stand in conditions only");
        }
        dependencies.stream().filter(sources::isTable).forEach(tables::add);
        if (tables.size() > 1) {
            query.error(
                    "streams.output-table",
                    span,
                    "All columns must come from one table; the others may stand in conditions only");
        }
    }

    private static Expression onRow(Expression expression) {
        return expression.map(leaf -> switch (leaf) {
            case Expression.Column column -> new Expression.Column(0, column.name());
            case Expression.TableProperty property -> new Expression.TableProperty(0, property.kind());
            default -> leaf;
        });
    }

    private void requireId(SqlSelect select, List<OutputPlan.Item> items) {
        boolean present = items.stream()
                .anyMatch(item -> !(item instanceof OutputPlan.Named named)
                        || named.name().equals("id"));
        if (!present) {
            query.error(
                    "sql.no-id-column",
                    select.columns().isEmpty()
                            ? select.span()
                            : select.columns().getFirst().span(),
                    "A row needs an id: select a column or expression AS id");
        }
    }

    private void warnOfAlias(StreamSource.Table table, SqlSelect select, StreamScope scope) {
        boolean unquoted = select.sources().stream()
                .anyMatch(source -> source.alias() != null
                        && !source.alias().isQuoted()
                        && source.alias().name().equals(table.alias()));
        if (unquoted && scope.size() > 1) {
            query.warning(
                    "streams.alias-with-join",
                    table.span(),
                    "Clients get these rows in a table named \"" + table.alias()
                            + "\"; put the alias in double quotes if that is meant");
        }
    }
}
