package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.OutputPlan;
import io.serai.syncrules.parser.Span;
import io.serai.syncrules.parser.SqlExpression;
import io.serai.syncrules.parser.SqlSelect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The select list of a query of {@code bucket_definitions} over one table. Confined to one thread. */
final class SelectList {
    private final Query query;
    private final ExpressionCompiler expressions;
    private final String table;

    SelectList(Query query, ExpressionCompiler expressions, String table) {
        this.query = query;
        this.expressions = expressions;
        this.table = table;
    }

    /** The only source of a query, which must be a table. */
    static Optional<SqlSelect.Source.Table> onlyTable(Query query, SqlSelect select) {
        if (select.sources().size() == 1 && select.sources().getFirst() instanceof SqlSelect.Source.Table table) {
            return Optional.of(table);
        }
        Span span = select.sources().isEmpty()
                ? select.span()
                : select.sources().getFirst().span();
        query.error("sql.single-table", span, "The query must select from exactly one table");
        return Optional.empty();
    }

    List<OutputPlan.Item> compile(SqlSelect select) {
        List<OutputPlan.Item> items = new ArrayList<>();
        for (SqlSelect.Column column : select.columns()) {
            if (column.expression() instanceof SqlExpression.Star star) {
                star(column, star);
                items.add(OutputPlan.star());
            } else {
                Expression expression = expressions.compile(column.expression());
                name(query, column).ifPresent(name -> items.add(new OutputPlan.Named(name, expression)));
            }
        }
        return items;
    }

    private void star(SqlSelect.Column column, SqlExpression.Star star) {
        refuseAlias(query, column);
        if (star.qualifier() != null && !star.qualifier().equals(table)) {
            query.error(
                    "sql.unknown-reference",
                    star.span(),
                    "There is no table \"" + star.qualifier() + "\" in this query");
        }
    }

    /** Reports a name of a star. */
    static void refuseAlias(Query query, SqlSelect.Column star) {
        if (star.alias() != null) {
            query.error("sql.star-position", star.span(), "* cannot have a name");
        }
    }

    /** The name of a column; one without any is reported. */
    static Optional<String> name(Query query, SqlSelect.Column column) {
        if (column.alias() != null) {
            return Optional.of(column.alias().name());
        }
        if (column.expression() instanceof SqlExpression.ColumnName name) {
            return Optional.of(name.name());
        }
        query.error("sql.alias-required", column.span(), "This expression needs a name: add AS name");
        return Optional.empty();
    }
}
