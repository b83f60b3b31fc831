package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.parser.SqlExpression;
import io.serai.syncrules.parser.SqlSelect;
import java.util.List;
import java.util.Optional;

/** The names in a parameter query over {@code json_each}: its key and value, and the values of the request. */
record EachNames(NameResolver requests, String table) implements NameResolver {
    /** Whether a function in FROM is {@code json_each} of one argument; anything else is reported. */
    static boolean isJsonEach(Query query, SqlSelect.Source.Function function) {
        SqlExpression.Call call = function.call();
        if (call.qualifier() != null || !call.name().equals("json_each")) {
            query.error("sql.unknown-function", call.span(), "The only function in FROM is json_each");
            return false;
        }
        if (call.arguments().size() != 1) {
            query.error("sql.argument-count", call.span(), "json_each takes one argument");
            return false;
        }
        return true;
    }

    @Override
    public Expression column(SqlExpression.ColumnName column) {
        String qualifier = column.qualifier();
        boolean mine = qualifier == null || qualifier.equals(table) || qualifier.equals("json_each");
        boolean known = column.name().equals("key") || column.name().equals("value");
        return mine && known ? new Expression.Element(0, column.name().equals("key")) : requests.column(column);
    }

    @Override
    public Optional<Expression> call(SqlExpression.Call call, List<Expression> arguments) {
        return requests.call(call, arguments);
    }

    @Override
    public List<String> functions() {
        return requests.functions();
    }
}
