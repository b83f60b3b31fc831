package io.serai.syncrules.compiler;

import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.Expression.Request;
import io.serai.syncrules.evaluator.Expression.TableProperty;
import io.serai.syncrules.parser.Names;
import io.serai.syncrules.parser.Span;
import io.serai.syncrules.parser.SqlExpression;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The names in one SELECT of a stream: its own sources first, then those of the SELECT around it. Confined to one thread. */
final class StreamScope implements NameResolver {
    private static final List<String> FUNCTIONS = List.of(
            "auth.user_id",
            "auth.parameter",
            "auth.parameters",
            "connection.parameter",
            "connection.parameters",
            "subscription.parameter",
            "subscription.parameters");

    private final Query query;
    private final Dialect dialect;
    private final @Nullable StreamScope outer;
    private final Map<String, StreamSource> sources = new LinkedHashMap<>();

    /** A scope within {@code outer}, which is null for a query that stands alone. */
    StreamScope(Query query, Dialect dialect, @Nullable StreamScope outer) {
        this.query = query;
        this.dialect = dialect;
        this.outer = outer;
    }

    void add(String name, StreamSource source, Span span) {
        if (sources.putIfAbsent(name, source) != null) {
            query.error(
                    "sql.duplicate-table-name",
                    span,
                    "\"" + name + "\" stands twice in FROM; give one of them an alias");
        }
    }

    /** The only source of this SELECT, or null when there is none or more than one. */
    @Nullable
    StreamSource only() {
        return sources.size() == 1 ? sources.values().iterator().next() : null;
    }

    int size() {
        return sources.size();
    }

    /** The source with this name, here or around; null when there is none. */
    @Nullable
    StreamSource find(String name) {
        StreamSource mine = sources.get(name);
        return mine != null || outer == null ? mine : outer.find(name);
    }

    @Override
    public Expression column(SqlExpression.ColumnName column) {
        StreamSource source;
        if (column.qualifier() == null) {
            source = only();
            if (source == null) {
                return refuse(
                        "sql.ambiguous-reference",
                        column.span(),
                        sources.isEmpty()
                                ? "There is no table here, so there is no column \"" + column.name() + "\""
                                : "\"" + column.name() + "\" may belong to any of "
                                        + String.join(", ", sources.keySet()) + "; write the table before it");
            }
        } else {
            source = find(column.qualifier());
            if (source == null) {
                return refuse(
                        "sql.unknown-reference",
                        column.span(),
                        "There is no table \"" + column.qualifier() + "\" in this query"
                                + Names.hint(column.qualifier(), sources.keySet()));
            }
        }
        return column(source, column);
    }

    private Expression column(StreamSource source, SqlExpression.ColumnName column) {
        return switch (source) {
            case StreamSource.Table table -> {
                query.usesColumn(column.span(), table.tables(), column.name());
                yield new Expression.Column(table.number(), column.name());
            }
            case StreamSource.Each each -> {
                if (!column.name().equals("key") && !column.name().equals("value")) {
                    yield refuse(
                            "schema.column-not-found", column.span(), "json_each has only the columns key and value");
                }
                yield new Expression.Element(each.number(), column.name().equals("key"));
            }
            case StreamSource.Derived derived -> {
                Expression known = derived.columns().get(column.name());
                yield known != null
                        ? known
                        : refuse(
                                "schema.column-not-found",
                                column.span(),
                                "There is no column \"" + column.name() + "\" here"
                                        + Names.hint(
                                                column.name(), derived.columns().keySet()));
            }
        };
    }

    @Override
    public Optional<Expression> call(SqlExpression.Call call, List<Expression> arguments) {
        String qualifier = String.valueOf(call.qualifier());
        if (dialect.streams() && find(qualifier) instanceof StreamSource.Table table) {
            return tableProperty(call, table);
        }
        Request.Kind whole = switch (qualifier) {
            case "auth" -> Request.Kind.JWT;
            case "connection" -> Request.Kind.CONNECTION;
            case "subscription" -> Request.Kind.SUBSCRIPTION;
            default -> null;
        };
        if (whole == null || !FUNCTIONS.contains(qualifier + "." + call.name())) {
            return Optional.empty();
        }
        boolean member = call.name().equals("parameter");
        if (arguments.size() != (member ? 1 : 0)) {
            return Optional.of(refuse(
                    "sql.argument-count",
                    call.span(),
                    qualifier + "." + call.name() + " takes " + (member ? "one argument" : "no arguments")));
        }
        Expression value = new Request(call.name().equals("user_id") ? Request.Kind.USER_ID : whole, "");
        if (!member) {
            return Optional.of(value);
        }
        if (RequestNames.dependsOnRow(arguments.getFirst())) {
            return Optional.of(
                    refuse("streams.param-position", call.span(), "The name of a parameter cannot come from a row"));
        }
        return Optional.of(RequestNames.member(value, arguments.getFirst()));
    }

    private Optional<Expression> tableProperty(SqlExpression.Call call, StreamSource.Table table) {
        TableProperty.Kind kind = switch (call.name()) {
            case "schema" -> TableProperty.Kind.SCHEMA;
            case "table_name" -> TableProperty.Kind.NAME;
            case "table_suffix" -> TableProperty.Kind.SUFFIX;
            default -> null;
        };
        if (kind == null) {
            return Optional.empty();
        }
        if (!call.arguments().isEmpty()) {
            return Optional.of(refuse("sql.argument-count", call.span(), call.name() + " takes no arguments"));
        }
        if (kind == TableProperty.Kind.SUFFIX && !table.tables().pattern().isNameWildcard()) {
            query.warning(
                    "streams.table-suffix",
                    call.span(),
                    "\"" + table.tables().pattern().name() + "\" has no wildcard, so its suffix is empty");
        }
        return Optional.of(new TableProperty(table.number(), kind));
    }

    @Override
    public List<String> functions() {
        return FUNCTIONS;
    }

    private Expression refuse(String code, Span span, String message) {
        query.error(code, span, message);
        return Expression.NULL;
    }
}
