package io.serai.syncrules.compiler;

import io.serai.change.Value;
import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.JsonEach;
import io.serai.syncrules.evaluator.LookupPlan;
import io.serai.syncrules.evaluator.RequestPlan;
import io.serai.syncrules.evaluator.RowMatch;
import io.serai.syncrules.evaluator.SourceTables;
import io.serai.syncrules.parser.Span;
import io.serai.syncrules.parser.SqlExpression;
import io.serai.syncrules.parser.SqlSelect;
import io.serai.syncrules.parser.SyncConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Compiles a parameter query of {@code bucket_definitions}. Confined to one thread. */
final class ParameterQueryCompiler {
    private static final String PRIORITY = "_priority";

    private final String definition;
    private final String index;
    private final Query query;
    private final Dialect dialect;
    private final Optional<Integer> definitionPriority;
    private Optional<Integer> priority = Optional.empty();

    /** A query that is number {@code index} of its definition. */
    ParameterQueryCompiler(
            String definition, String index, Query query, Dialect dialect, Optional<Integer> definitionPriority) {
        this.definition = definition;
        this.index = index;
        this.query = query;
        this.dialect = dialect;
        this.definitionPriority = definitionPriority;
    }

    /**
     * A parameter query.
     *
     * @param parameters the names of the bucket parameters, in select order
     * @param values their values, in the same order
     * @param lookup its row side, if it reads a table
     * @param steps how a client's rows are made
     * @param conditions which of them count
     */
    record Compiled(
            Query query,
            List<String> parameters,
            List<Expression> values,
            Optional<LookupPlan> lookup,
            List<RequestPlan.Step> steps,
            List<Expression> conditions,
            int priority) {}

    Optional<Compiled> compile() {
        return query.parse(false).flatMap(select -> {
            query.refuseClauses(select, false);
            if (select.sources().isEmpty()) {
                return fixed(select);
            }
            if (select.sources().size() == 1
                    && select.sources().getFirst() instanceof SqlSelect.Source.Function function) {
                return tableValued(select, function);
            }
            return SelectList.onlyTable(query, select).flatMap(table -> dynamic(select, table));
        });
    }

    private Optional<Compiled> fixed(SqlSelect select) {
        RowNames names = new RowNames(query, RowNames.Kind.PARAMETERS, null, null);
        ExpressionCompiler expressions = new ExpressionCompiler(query, dialect, names);
        Map<String, Expression> outputs = outputs(select, expressions);
        List<Expression> conditions = select.where() == null ? List.of() : List.of(expressions.compile(select.where()));
        return result(outputs, Optional.empty(), List.of(), conditions);
    }

    private Optional<Compiled> tableValued(SqlSelect select, SqlSelect.Source.Function function) {
        if (!EachNames.isJsonEach(query, function)) {
            return Optional.empty();
        }
        RowNames requests = new RowNames(query, RowNames.Kind.PARAMETERS, null, null);
        Expression input = new ExpressionCompiler(query, dialect, requests)
                .compile(function.call().arguments().getFirst());
        String name = function.alias() == null ? "json_each" : function.alias().name();
        ExpressionCompiler expressions = new ExpressionCompiler(query, dialect, new EachNames(requests, name));
        Map<String, Expression> outputs = outputs(select, expressions);
        priority.ifPresent(
                value -> outputs.put(PRIORITY, new Expression.Constant(Value.of(value)))); // a parameter, too
        List<Expression> conditions = select.where() == null ? List.of() : List.of(expressions.compile(select.where()));
        List<RequestPlan.Step> steps = List.of(
                new RequestPlan.Each(new JsonEach(0, input, !dialect.fixedJson()), RequestPlan.Each.Elements.ALL));
        return result(outputs, Optional.empty(), steps, conditions);
    }

    private Optional<Compiled> dynamic(SqlSelect select, SqlSelect.Source.Table table) {
        if (table.alias() != null) {
            query.error(
                    "legacy.alias-in-parameter-query",
                    table.span(),
                    "A table of a parameter query cannot have an alias; qualify its columns with the table's name");
        }
        SourceTables tables = query.tables(table);
        String name = table.alias() == null ? table.name() : table.alias().name();
        RowNames names = new RowNames(query, RowNames.Kind.PARAMETERS, name, tables);
        ExpressionCompiler expressions = new ExpressionCompiler(query, dialect, names);
        Map<String, Expression> outputs = outputs(select, expressions);
        RequestValues values = new RequestValues();
        LegacyFilter.Result filter = new LegacyFilter(query, expressions, names, values).compile(select.where());

        List<LookupPlan.Output> found = new ArrayList<>();
        Map<String, Expression> requested = new LinkedHashMap<>();
        outputs.forEach((output, expression) -> {
            if (expression instanceof Expression.Column) {
                requested.put(output, new Expression.Found(0, found.size()));
                found.add(new LookupPlan.Output(output, expression));
            } else {
                requireNoRow(select, output, expression);
                requested.put(output, expression);
            }
        });
        List<Integer> order = List.copyOf(filter.parameters());
        RowMatch match = new RowMatch.Tree(values.keys.size(), filter.root(), true).withOrder(order);
        List<Expression> keys = order.stream().map(values.keys::get).toList();
        LookupPlan lookup =
                new LookupPlan(definition, index, query.name(), tables, match, found, LookupPlan.Required.NOTHING);
        List<RequestPlan.Step> steps = new ArrayList<>(values.arrays);
        List<String> foundNames = found.stream().map(LookupPlan.Output::name).toList();
        steps.add(new RequestPlan.Find(0, definition, index, keys, foundNames));
        return result(requested, Optional.of(lookup), steps, List.of());
    }

    private void requireNoRow(SqlSelect select, String output, Expression expression) {
        if (!RequestNames.dependsOnRow(expression)) {
            return;
        }
        Span span = select.columns().stream()
                .filter(column ->
                        SelectList.name(query, column).filter(output::equals).isPresent())
                .findFirst()
                .map(SqlSelect.Column::span)
                .orElse(select.span());
        boolean mixed = RequestNames.dependsOnRequest(expression);
        query.error(
                mixed ? "legacy.mixed-row-and-param" : "legacy.match-clause-position",
                span,
                mixed
                        ? "A value of the client cannot be mixed with a row's value here"
                        : "Only plain columns of the table may be selected here; put the expression into the data query");
    }

    private Map<String, Expression> outputs(SqlSelect select, ExpressionCompiler expressions) {
        Map<String, Expression> outputs = new LinkedHashMap<>();
        for (SqlSelect.Column column : select.columns()) {
            if (column.expression() instanceof SqlExpression.Star) {
                query.error("sql.star-position", column.span(), "A parameter query must name its columns");
                continue;
            }
            Expression expression = expressions.compile(column.expression());
            Optional<String> name = SelectList.name(query, column);
            if (name.isPresent() && name.get().equals(PRIORITY)) {
                priority(column, expression);
            } else {
                name.ifPresent(known -> outputs.put(known, expression));
            }
        }
        return outputs;
    }

    private void priority(SqlSelect.Column column, Expression expression) {
        if (priority.isPresent() || definitionPriority.isPresent()) {
            query.error("yaml.bad-priority", column.span(), "The priority is set already");
        } else if (expression instanceof Expression.Constant constant
                && constant.value() instanceof Value.IntegerValue integer
                && integer.value() >= 0
                && integer.value() <= SyncConfig.DEFAULT_PRIORITY) {
            priority = Optional.of((int) integer.value());
        } else {
            query.error("yaml.bad-priority", column.span(), "A priority is 0, 1, 2 or 3; 0 comes first");
        }
    }

    private Optional<Compiled> result(
            Map<String, Expression> outputs,
            Optional<LookupPlan> lookup,
            List<RequestPlan.Step> steps,
            List<Expression> conditions) {
        return Optional.of(new Compiled(
                query,
                List.copyOf(outputs.keySet()),
                List.copyOf(outputs.values()),
                lookup,
                steps,
                conditions,
                priority.or(() -> definitionPriority).orElse(SyncConfig.DEFAULT_PRIORITY)));
    }

    /** The values of the request that rows are compared with. */
    private final class RequestValues implements LegacyFilter.Parameters {
        private final List<Expression> keys = new ArrayList<>();
        private final List<RequestPlan.Step> arrays = new ArrayList<>();

        @Override
        public OptionalInt declared(SqlExpression expression) {
            return OptionalInt.empty();
        }

        @Override
        public int of(Expression request) {
            if (!keys.contains(request)) {
                keys.add(request);
            }
            return keys.indexOf(request);
        }

        @Override
        public int elementOf(Expression array, Span span) {
            RequestPlan.Step step =
                    new RequestPlan.Each(new JsonEach(arrays.size(), array), RequestPlan.Each.Elements.OF_ARRAY);
            if (!arrays.isEmpty()) {
                query.error("legacy.multiple-array-inputs", span, "Only one IN over an array of the client is allowed");
                return 0;
            }
            arrays.add(step);
            return of(new Expression.Element(0, false));
        }
    }
}
