package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.SourceTables;
import io.serai.syncrules.parser.Names;
import io.serai.syncrules.parser.Span;
import io.serai.syncrules.parser.SqlExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The names in a query of {@code bucket_definitions}: the columns of its table, if it has one, and in parameter queries the values of the
 * request. Remembers where the request was used. Confined to one thread.
 */
final class RowNames implements NameResolver {
    private static final String SUFFIX = "_table_suffix";
    private static final List<String> REQUEST_FUNCTIONS =
            List.of("request.user_id", "request.jwt", "request.parameters", "request.parameter");

    private final Query query;
    private final Kind kind;
    private final @Nullable String table;
    private final @Nullable SourceTables tables;
    private final List<Span> requests = new ArrayList<>();

    /** What a query is for. */
    enum Kind {
        /** It fills buckets. */
        DATA,
        /** It finds bucket parameters. */
        PARAMETERS,
        /** It fires an event. */
        EVENT
    }

    /** The names of a query over one table, which its columns may be qualified with; null without a table. */
    RowNames(Query query, Kind kind, @Nullable String table, @Nullable SourceTables tables) {
        this.query = query;
        this.kind = kind;
        this.table = table;
        this.tables = tables;
    }

    /** Where values of the request were used so far. */
    List<Span> requests() {
        return requests;
    }

    @Override
    public Expression column(SqlExpression.ColumnName column) {
        String qualifier = column.qualifier();
        if (qualifier == null || qualifier.equals(table)) {
            if (tables != null) {
                return column(tables, column);
            }
            return refuse(column, "There is no table here, so there is no column \"" + column.name() + "\"");
        }
        if (kind == Kind.PARAMETERS && qualifier.equals("token_parameters")) {
            return request(Expression.Request.Kind.TOKEN_PARAMETER, column.name(), column.span());
        }
        if (kind == Kind.PARAMETERS && qualifier.equals("user_parameters")) {
            return request(Expression.Request.Kind.USER_PARAMETER, column.name(), column.span());
        }
        if (kind == Kind.DATA && qualifier.equals("bucket")) {
            query.error(
                    "legacy.bucket-param-in-expression",
                    column.span(),
                    "A bucket parameter may only be compared with a row's value: \"x = bucket." + column.name()
                            + "\" or \"bucket." + column.name() + " IN x\"");
            return Expression.NULL;
        }
        String hint = table == null ? "" : Names.hint(qualifier, List.of(table));
        return refuse(column, "There is no table \"" + qualifier + "\" in this query" + hint);
    }

    private Expression column(SourceTables known, SqlExpression.ColumnName column) {
        if (kind == Kind.DATA
                && known.pattern().isNameWildcard()
                && column.name().equals(SUFFIX)) {
            return new Expression.TableProperty(0, Expression.TableProperty.Kind.SUFFIX);
        }
        query.usesColumn(column.span(), known, column.name());
        return new Expression.Column(0, column.name());
    }

    private Expression refuse(SqlExpression.ColumnName column, String message) {
        query.error("sql.unknown-reference", column.span(), message);
        return Expression.NULL;
    }

    @Override
    public Optional<Expression> call(SqlExpression.Call call, List<Expression> arguments) {
        if (!"request".equals(call.qualifier())) {
            return Optional.empty();
        }
        if (kind != Kind.PARAMETERS) {
            query.error(
                    "legacy.request-in-data-query",
                    call.span(),
                    "A data query knows nothing of the client; select the value in a parameter query and compare with"
                            + " bucket.x");
            return Optional.of(Expression.NULL);
        }
        Expression.Request.Kind value = switch (call.name()) {
            case "user_id" -> Expression.Request.Kind.USER_ID;
            case "jwt" -> Expression.Request.Kind.JWT;
            case "parameters", "parameter" -> Expression.Request.Kind.CONNECTION;
            default -> null;
        };
        if (value == null) {
            return Optional.empty();
        }
        boolean member = call.name().equals("parameter");
        int expected = member ? 1 : 0;
        if (arguments.size() != expected) {
            query.error(
                    "sql.argument-count",
                    call.span(),
                    "request." + call.name() + " takes " + (member ? "one argument" : "no arguments"));
            return Optional.of(Expression.NULL);
        }
        Expression whole = request(value, "", call.span());
        return Optional.of(member ? RequestNames.member(whole, arguments.getFirst()) : whole);
    }

    private Expression request(Expression.Request.Kind value, String name, Span span) {
        requests.add(span);
        return new Expression.Request(value, name);
    }

    @Override
    public List<String> functions() {
        return kind == Kind.PARAMETERS ? REQUEST_FUNCTIONS : List.of();
    }
}
