package io.serai.syncrules.compiler;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.change.JsonSyntaxException;
import io.serai.change.Value;
import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.Expression.Apply;
import io.serai.syncrules.evaluator.ScalarFunction;
import io.serai.syncrules.parser.SqlExpression;
import io.serai.syncrules.parser.SqlSelect;
import io.serai.syncrules.parser.SqlSelect.Join;
import io.serai.syncrules.parser.SqlSelect.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the names of a stream's query and flattens it: subqueries, common tables and joins become further sources of rows with conditions
 * that tie them to the others. Confined to one thread.
 */
final class StreamQueryReader {
    private final StreamSources sources;
    private final CommonTables commonTables;
    private final Dialect dialect;
    private final EarlyStreamMatches early;

    StreamQueryReader(StreamSources sources, CommonTables commonTables, Dialect dialect) {
        this.sources = sources;
        this.commonTables = commonTables;
        this.dialect = dialect;
        this.early = new EarlyStreamMatches(this, sources);
    }

    /** A SELECT whose sources are known: the names in it, and the conditions of its FROM and WHERE. */
    record Read(StreamScope scope, Condition condition) {}

    /** Reads FROM and WHERE of a SELECT that stands within {@code outer}, or alone when that is null. */
    Read read(Query query, SqlSelect select, @Nullable StreamScope outer) {
        query.refuseClauses(select, dialect.streams());
        StreamScope scope = new StreamScope(query, dialect, outer);
        Condition condition = Condition.TRUE;
        for (Source source : select.sources()) {
            condition = condition.and(addSource(query, scope, source));
        }
        for (Source source : select.sources()) {
            condition = switch (source.join()) {
                case Join.None ignored -> condition;
                case Join.On on -> condition.and(condition(query, scope, on.condition(), false));
                case Join.Unsupported unsupported -> {
                    query.error(
                            "sql.unsupported-join",
                            unsupported.span(),
                            "Only JOIN … ON is supported, not " + unsupported.name());
                    yield condition;
                }
            };
        }
        return select.where() == null
                ? new Read(scope, condition)
                : new Read(scope, condition.and(condition(query, scope, select.where(), false)));
    }

    private Condition addSource(Query query, StreamScope scope, Source source) {
        switch (source) {
            case Source.Table table -> {
                Optional<CommonTables.Entry> common =
                        table.schema() == null ? commonTables.use(table.name()) : Optional.empty();
                if (common.isPresent()) {
                    Subquery subquery = commonTable(common.get());
                    String name =
                            table.alias() == null ? table.name() : table.alias().name();
                    scope.add(name, new StreamSource.Derived(subquery.columns), table.nameSpan());
                    return subquery.condition;
                }
                String alias = table.alias() == null ? null : table.alias().name();
                StreamSource.Table added = sources.addTable(table.nameSpan(), query.tables(table), alias);
                scope.add(added.name(), added, table.nameSpan());
                return Condition.TRUE;
            }
            case Source.Derived derived -> {
                Subquery subquery = subquery(query, derived.select(), null);
                StreamSource.Derived added = new StreamSource.Derived(renamed(query, derived, subquery.columns));
                if (derived.alias() == null) {
                    query.error("sql.alias-required", derived.span(), "A select in FROM needs a name: add AS name");
                } else {
                    scope.add(derived.alias().name(), added, derived.alias().span());
                }
                return subquery.condition;
            }
            case Source.Function function -> {
                if (EachNames.isJsonEach(query, function)) {
                    // The input may name the sources before it.
                    Expression input = expressions(query, scope)
                            .compile(function.call().arguments().getFirst());
                    if (!StreamSources.elements(input).isEmpty()) {
                        query.error(
                                "streams.table-valued-input",
                                function.span(),
                                "The input of json_each cannot come from another json_each");
                    }
                    if (sources.dependencies(input).size() > 1) {
                        query.error(
                                "streams.table-valued-input",
                                function.span(),
                                "The input of json_each must come from one table or from the client");
                    }
                    String name = function.alias() == null
                            ? "json_each"
                            : function.alias().name();
                    scope.add(name, sources.addEach(input), function.span());
                }
                return Condition.TRUE;
            }
        }
    }

    private static Map<String, Expression> renamed(
            Query query, Source.Derived derived, Map<String, Expression> columns) {
        if (derived.columns().isEmpty()) {
            return columns;
        }
        if (derived.columns().size() != columns.size()) {
            query.error(
                    "sql.argument-count",
                    derived.span(),
                    derived.columns().size() + " names stand for " + columns.size() + " columns");
            return columns;
        }
        Map<String, Expression> renamed = new LinkedHashMap<>();
        int index = 0;
        for (Expression expression : columns.values()) {
            renamed.put(derived.columns().get(index++), expression);
        }
        return renamed;
    }

    /** A SELECT within another: its columns by name, and the conditions that its rows must meet. */
    record Subquery(Map<String, Expression> columns, Condition condition) {}

    Subquery commonTable(CommonTables.Entry entry) {
        StreamQueryReader reader = new StreamQueryReader(sources, commonTables.none(), dialect);
        return entry.select()
                .map(select -> reader.subquery(entry.query(), select, null))
                .orElseGet(() -> new Subquery(Map.of(), Condition.TRUE));
    }

    /** The columns and conditions of a SELECT within {@code outer}, or alone when that is null. */
    Subquery subquery(Query query, SqlSelect select, @Nullable StreamScope outer) {
        Read read = read(query, select, outer);
        ExpressionCompiler expressions = expressions(query, read.scope);
        Map<String, Expression> columns = new LinkedHashMap<>();
        for (SqlSelect.Column column : select.columns()) {
            if (column.expression() instanceof SqlExpression.Star) {
                query.error("sql.star-position", column.span(), "A select within a query must name its columns");
                continue;
            }
            String name = columnName(query, column);
            if (columns.put(name, expressions.compile(column.expression())) != null) {
                query.error("sql.duplicate-table-name", column.span(), "Two columns are named \"" + name + "\"");
            }
        }
        return new Subquery(columns, read.condition);
    }

    /** The name of a column; without one it is what is written, which is worth a warning. */
    static String columnName(Query query, SqlSelect.Column column) {
        if (column.alias() != null) {
            return column.alias().name();
        }
        if (column.expression() instanceof SqlExpression.ColumnName name) {
            return name.name();
        }
        String written = query.written(column.span());
        query.warning(
                "sql.unnamed-column", column.span(), "This column is named \"" + written + "\"; add AS to name it");
        return written;
    }

    /** A condition with NOT pushed down to its terms. */
    private Condition condition(Query query, StreamScope scope, SqlExpression expression, boolean negated) {
        return switch (expression) {
            case SqlExpression.Logical logical -> {
                boolean and = logical.and() != negated;
                List<Condition> operands = logical.operands().stream()
                        .map(operand -> condition(query, scope, operand, negated))
                        .toList();
                List<Condition> parts = dialect.streams() ? operands : early.merged(and, operands);
                if (parts.size() == 1) {
                    yield parts.getFirst();
                }
                yield and ? new Condition.All(parts) : new Condition.Any(parts);
            }
            case SqlExpression.Not not -> condition(query, scope, not.operand(), !negated);
            case SqlExpression.In in
            when isJoin(in) -> dialect.streams() ? in(query, scope, in, negated) : early.in(query, scope, in, negated);
            case SqlExpression.Binary binary
            when binary.operator().equals("&&") ->
                dialect.streams()
                        ? overlap(query, scope, binary, negated)
                        : early.overlap(query, scope, binary, negated);
            default -> {
                SqlExpression term = negated ? new SqlExpression.Not(expression.span(), expression) : expression;
                yield new Condition.Term(expressions(query, scope).compile(term), query, expression.span());
            }
        };
    }

    private static boolean isJoin(SqlExpression.In in) {
        return !(in.right() instanceof SqlExpression.ListOf);
    }

    private Condition in(Query query, StreamScope scope, SqlExpression.In in, boolean underNot) {
        boolean negated = in.negated() != underNot;
        Optional<Subquery> rows = rows(query, scope, in.right());
        if (rows.isEmpty() && negated) {
            SqlExpression test = in.negated() ? in : new SqlExpression.Not(in.span(), in);
            return new Condition.Term(expressions(query, scope).compile(test), query, in.span());
        }
        Expression operand = expressions(query, scope).compile(in.operand());
        if (rows.isEmpty()) {
            return inArray(query, scope, in, operand);
        }
        if (negated) {
            return refuseNegation(query, in);
        }
        Expression column = onlyColumn(query, in.right(), rows.get());
        Expression equality = Apply.of(ScalarFunction.EQUAL, operand, column);
        return new Condition.Asked(new Condition.Term(equality, query, in.span()).and(rows.get().condition));
    }

    private Condition inArray(Query query, StreamScope scope, SqlExpression.In in, Expression operand) {
        Expression array = expressions(query, scope).compile(in.right());
        if (array instanceof Expression.Constant constant) {
            Optional<List<Expression>> elements = constantElements(constant.value());
            if (elements.isPresent()) {
                List<Expression> arguments = new ArrayList<>();
                arguments.add(operand);
                arguments.addAll(elements.get());
                return new Condition.Term(new Apply(ScalarFunction.IN_LIST, arguments), query, in.span());
            }
        }
        Expression element = element(query, in.right(), array);
        return new Condition.Term(Apply.of(ScalarFunction.EQUAL, operand, element), query, in.span());
    }

    private static Optional<List<Expression>> constantElements(Value value) {
        if (!(value instanceof Value.TextValue text)) {
            return Optional.empty();
        }
        try {
            return JsonReader.read(text.value()) instanceof Json.Array array
                    ? Optional.of(array.elements().stream()
                            .<Expression>map(element -> new Expression.Constant(element.toValue()))
                            .toList())
                    : Optional.empty();
        } catch (JsonSyntaxException e) {
            return Optional.empty();
        }
    }

    /** An element of an array. */
    Expression element(Query query, SqlExpression written, Expression array) {
        if (!StreamSources.elements(array).isEmpty()
                || sources.dependencies(array).size() > 1) {
            query.error(
                    "streams.table-valued-input",
                    written.span(),
                    "An array must come from one table or from the client, and not from another array");
            return Expression.NULL;
        }
        return new Expression.Element(sources.addEach(array).number(), false);
    }

    private Condition overlap(Query query, StreamScope scope, SqlExpression.Binary binary, boolean negated) {
        if (negated) {
            return refuseNegation(query, binary);
        }
        ExpressionCompiler expressions = expressions(query, scope);
        Optional<Subquery> rows = rows(query, scope, binary.right());
        Expression left = element(query, binary.left(), expressions.compile(binary.left()));
        Expression right = rows.isPresent()
                ? onlyColumn(query, binary.right(), rows.get())
                : element(query, binary.right(), expressions.compile(binary.right()));
        Condition equal = new Condition.Term(Apply.of(ScalarFunction.EQUAL, left, right), query, binary.span());
        return rows.<Condition>map(subquery -> new Condition.Asked(equal.and(subquery.condition)))
                .orElse(equal);
    }

    /** The rows on the right of IN or &&: those of a subquery or of a common table; empty when a value stands there. */
    private Optional<Subquery> rows(Query query, StreamScope scope, SqlExpression right) {
        if (right instanceof SqlExpression.Subquery subquery) {
            return Optional.of(subquery(query, subquery.select(), scope));
        }
        if (right instanceof SqlExpression.ColumnName name && name.qualifier() == null) {
            return commonTables.use(name.name()).map(this::commonTable);
        }
        return Optional.empty();
    }

    static Expression onlyColumn(Query query, SqlExpression written, Subquery rows) {
        if (rows.columns.size() != 1) {
            query.error("sql.subquery", written.span(), "Exactly one column must be selected here");
            return Expression.NULL;
        }
        return rows.columns.values().iterator().next();
    }

    static Condition refuseNegation(Query query, SqlExpression expression) {
        query.error(
                "streams.negation",
                expression.span(),
                "NOT cannot stand before a condition that ties rows of several tables or the client together");
        return Condition.TRUE;
    }

    ExpressionCompiler expressions(Query query, StreamScope scope) {
        return new ExpressionCompiler(query, dialect, scope);
    }
}
