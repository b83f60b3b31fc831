package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.parser.SqlExpression;
import java.util.List;
import java.util.Optional;

/** What the names in a query stand for. */
interface NameResolver {
    /** What a column's name stands for; reports a name that is not known. */
    Expression column(SqlExpression.ColumnName column);

    /** What a call of a qualified function stands for; empty when there is no such function. */
    Optional<Expression> call(SqlExpression.Call call, List<Expression> arguments);

    /** The qualified functions, for messages, e.g. {@code auth.user_id}. */
    List<String> functions();
}
