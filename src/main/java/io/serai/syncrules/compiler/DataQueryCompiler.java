package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.DataPlan;
import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.OutputPlan;
import io.serai.syncrules.evaluator.RowMatch;
import io.serai.syncrules.evaluator.SourceTables;
import io.serai.syncrules.parser.Names;
import io.serai.syncrules.parser.Span;
import io.serai.syncrules.parser.SqlExpression;
import io.serai.syncrules.parser.SqlSelect;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Compiles a data query of {@code bucket_definitions}. Confined to one thread. */
final class DataQueryCompiler {
    private final String definition;
    private final Query query;
    private final Dialect dialect;
    private final List<String> parameters;

    /** A query that must fix these bucket parameters, which are in the order of the bucket's name. */
    DataQueryCompiler(String definition, Query query, Dialect dialect, List<String> parameters) {
        this.definition = definition;
        this.query = query;
        this.dialect = dialect;
        this.parameters = parameters;
    }

    Optional<DataPlan> compile() {
        return query.parse(false).flatMap(this::compile);
    }

    private Optional<DataPlan> compile(SqlSelect select) {
        query.refuseClauses(select, false);
        Optional<SqlSelect.Source.Table> source = SelectList.onlyTable(query, select);
        if (source.isEmpty()) {
            return Optional.empty();
        }
        SqlSelect.Source.Table table = source.get();
        SourceTables tables = query.tables(table);
        String name = table.alias() == null ? table.name() : table.alias().name();
        RowNames names = new RowNames(query, RowNames.Kind.DATA, name, tables);
        ExpressionCompiler expressions = new ExpressionCompiler(query, dialect, names);

        List<OutputPlan.Item> items = new SelectList(query, expressions, name).compile(select);
        requireId(select, items, tables);
        LegacyFilter.Result filter =
                new LegacyFilter(query, expressions, names, new BucketParameters()).compile(select.where());
        requireAllParameters(select, filter);
        if (query.errors() > 0) {
            return Optional.empty();
        }
        RowMatch match = new RowMatch.Tree(parameters.size(), filter.root(), false);
        boolean named = table.alias() != null || !tables.pattern().isNameWildcard();
        OutputPlan output = new OutputPlan(named ? Optional.of(name) : Optional.empty(), items, true);
        return Optional.of(new DataPlan(definition, query.name(), definition, tables, match, output));
    }

    private void requireId(SqlSelect select, List<OutputPlan.Item> items, SourceTables tables) {
        boolean named = items.stream()
                .anyMatch(item ->
                        item instanceof OutputPlan.Named column && column.name().equals("id"));
        boolean all = items.contains(OutputPlan.star());
        Span span = select.columns().isEmpty()
                ? select.span()
                : select.columns().getFirst().span();
        if (!named && all) {
            query.usesColumn(span, tables, "id");
        } else if (!named && query.errors() == 0) {
            query.error("sql.no-id-column", span, "A row needs an id: select a column or expression AS id");
        }
    }

    private void requireAllParameters(SqlSelect select, LegacyFilter.Result filter) {
        Set<String> missing = IntStream.range(0, parameters.size())
                .filter(number -> !filter.parameters().contains(number))
                .mapToObj(number -> "bucket." + parameters.get(number))
                .collect(Collectors.toCollection(TreeSet::new));
        if (!missing.isEmpty() && query.errors() == 0) {
            query.error(
                    "legacy.bucket-parameters-mismatch",
                    select.where() == null ? select.span() : select.where().span(),
                    "The query must say which rows belong to " + String.join(", ", missing) + ", as in \"WHERE x = "
                            + missing.iterator().next() + "\"");
        }
    }

    /** {@code bucket.x}. */
    private final class BucketParameters implements LegacyFilter.Parameters {
        @Override
        public OptionalInt declared(SqlExpression expression) {
            if (!(expression instanceof SqlExpression.ColumnName column) || !"bucket".equals(column.qualifier())) {
                return OptionalInt.empty();
            }
            int number = parameters.indexOf(column.name());
            if (number < 0) {
                query.error(
                        "legacy.bucket-parameters-mismatch",
                        column.span(),
                        "No parameter query of this definition selects \"" + column.name() + "\""
                                + Names.hint(column.name(), parameters));
                return OptionalInt.of(Integer.MAX_VALUE);
            }
            return OptionalInt.of(number);
        }

        @Override
        public int of(Expression request) {
            throw new IllegalStateException("a data query knows nothing of the request");
        }

        @Override
        public int elementOf(Expression array, Span span) {
            throw new IllegalStateException("a data query knows nothing of the request");
        }
    }
}
