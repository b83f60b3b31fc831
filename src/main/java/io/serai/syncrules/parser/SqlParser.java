package io.serai.syncrules.parser;

import io.serai.syncrules.parser.SqlSelect.Alias;
import io.serai.syncrules.parser.SqlSelect.Clause;
import io.serai.syncrules.parser.SqlSelect.Column;
import io.serai.syncrules.parser.SqlSelect.Join;
import io.serai.syncrules.parser.SqlSelect.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads a query by recursive descent; {@link SqlExpressionParser} reads the expressions in it. Confined to one thread. */
public final class SqlParser {
    private static final int MAX_DEPTH = 20;
    private static final Set<String> OTHER_STATEMENTS = Set.of(
            "insert",
            "update",
            "delete",
            "create",
            "drop",
            "alter",
            "truncate",
            "values",
            "with",
            "begin",
            "commit",
            "set",
            "show",
            "grant");
    private static final Set<String> SET_OPERATORS = Set.of("union", "intersect", "except");

    private final SqlTokens tokens;
    private final SqlExpressionParser expressions;
    private int depth;

    private SqlParser(SqlTokens tokens) {
        this.tokens = tokens;
        this.expressions = new SqlExpressionParser(tokens, this::select);
    }

    /**
     * What was read.
     *
     * @param next where a second statement stands, or null when there is none
     * @param mixedCaseNames unquoted names that hold upper case, which is folded
     */
    public record Statement(SqlSelect select, @Nullable Span next, List<Span> mixedCaseNames) {}

    /**
     * The first statement of {@code query}, which must be a SELECT.
     *
     * @throws SqlSyntaxException when it cannot be read
     */
    public static Statement parse(String query) {
        SqlLexer.Tokens lexed = SqlLexer.tokens(query);
        SqlTokens tokens = new SqlTokens(lexed.tokens(), query.length());
        SqlSelect select = new SqlParser(tokens).statement();
        Span next = null;
        if (tokens.acceptSign(";")) {
            while (tokens.acceptSign(";")) {}
            if (tokens.peek().kind() != SqlToken.Kind.END) {
                next = new Span(tokens.peek().span().start(), query.length());
            }
        } else if (tokens.peek().kind() != SqlToken.Kind.END) {
            throw tokens.unexpected("the end of the query");
        }
        List<Span> mixedCaseNames =
                lexed.mixedCaseWords().stream().filter(tokens::isNamed).toList();
        return new Statement(select, next, mixedCaseNames);
    }

    /** The tokens of {@code query}, one per line: equal for queries that differ in white space, comments and case of words only. */
    public static String canonical(String query) {
        StringBuilder out = new StringBuilder();
        for (SqlToken token : SqlLexer.tokens(query).tokens()) {
            SqlToken.Kind kind = token.kind() == SqlToken.Kind.QUOTED_NAME ? SqlToken.Kind.NAME : token.kind();
            out.append(kind).append(' ').append(token.text()).append('\n');
        }
        return out.toString();
    }

    /** The names in {@code query}, in lower case. */
    public static Set<String> names(String query) {
        return SqlLexer.tokens(query).tokens().stream()
                .filter(SqlToken::isName)
                .map(token -> token.text().toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    private SqlSelect statement() {
        SqlToken first = tokens.peek();
        if (OTHER_STATEMENTS.contains(first.text()) && first.kind() != SqlToken.Kind.QUOTED_NAME) {
            throw notSelect();
        }
        if (!first.isKeyword("select")) {
            throw new SqlSyntaxException(
                    "expected SELECT, found " + first.quoted(),
                    first.span().to(tokens.peek(1).span()));
        }
        SqlSelect select = select();
        if (tokens.peek().kind() == SqlToken.Kind.KEYWORD
                && SET_OPERATORS.contains(tokens.peek().text())) {
            throw notSelect();
        }
        return select;
    }

    private SqlSyntaxException notSelect() {
        return new SqlSyntaxException("sql.not-select", "only a plain SELECT is allowed", tokens.whole());
    }

    private SqlSelect select() {
        if (++depth > MAX_DEPTH) {
            throw new SqlSyntaxException(
                    "more than " + MAX_DEPTH + " selects in each other",
                    tokens.peek().span());
        }
        int start = tokens.peek().span().start();
        tokens.expectKeyword("select");
        List<Clause> unsupported = new ArrayList<>();
        if (tokens.peek().isKeyword("distinct")) {
            unsupported.add(new Clause(tokens.next().span(), "DISTINCT"));
            if (tokens.acceptKeyword("on")) {
                expressions.operands().parenthesized();
            }
        } else {
            tokens.acceptKeyword("all");
        }
        List<Column> columns = columns();
        List<Source> sources = tokens.acceptKeyword("from") ? sources() : List.of();
        SqlExpression where = tokens.acceptKeyword("where") ? expressions.expression() : null;
        unsupportedClauses(unsupported);
        depth--;
        return new SqlSelect(new Span(start, tokens.lastEnd()), columns, sources, where, unsupported);
    }

    private List<Column> columns() {
        List<Column> columns = new ArrayList<>();
        if (endsColumns(tokens.peek())) {
            return columns;
        }
        do {
            columns.add(column());
        } while (tokens.acceptSign(","));
        return columns;
    }

    private static boolean endsColumns(SqlToken token) {
        return token.kind() == SqlToken.Kind.END
                || token.isKeyword("from")
                || token.isKeyword("where")
                || token.isSign(")")
                || token.isSign(";");
    }

    private Column column() {
        SqlExpression expression = expressions.columnExpression();
        Alias alias = alias();
        Span span = alias == null ? expression.span() : expression.span().to(alias.span());
        return new Column(span, expression, alias);
    }

    private @Nullable Alias alias() {
        if (tokens.acceptKeyword("as")) {
            return aliasOf(tokens.expectName("a name after AS"));
        }
        return tokens.peek().isName() ? aliasOf(tokens.next()) : null;
    }

    private Alias aliasOf(SqlToken token) {
        return new Alias(token.span(), tokens.named(token), token.kind() == SqlToken.Kind.QUOTED_NAME);
    }

    private List<Source> sources() {
        List<Source> sources = new ArrayList<>();
        sources.add(source(null, false));
        while (true) {
            SqlToken token = tokens.peek();
            if (tokens.acceptSign(",")) {
                sources.add(source(null, false));
            } else if (tokens.acceptKeyword("cross")) {
                tokens.expectKeyword("join");
                sources.add(source(null, false));
            } else if (token.isKeyword("join") || token.isKeyword("inner")) {
                tokens.acceptKeyword("inner");
                tokens.expectKeyword("join");
                sources.add(source(null, true));
            } else if (isOtherJoin(token)) {
                tokens.next();
                tokens.acceptKeyword("left");
                tokens.acceptKeyword("right");
                tokens.acceptKeyword("outer");
                tokens.acceptKeyword("inner");
                tokens.expectKeyword("join");
                sources.add(source(token, true));
            } else {
                return sources;
            }
        }
    }

    private static boolean isOtherJoin(SqlToken token) {
        return token.isKeyword("left")
                || token.isKeyword("right")
                || token.isKeyword("full")
                || token.isKeyword("natural");
    }

    private Source source(@Nullable SqlToken otherJoin, boolean conditional) {
        int start = tokens.peek().span().start();
        if (tokens.acceptSign("(")) {
            SqlSelect select = select();
            tokens.expectSign(")");
            Alias alias = alias();
            List<String> names = alias == null ? List.of() : columnNames();
            Span span = new Span(start, tokens.lastEnd());
            return new Source.Derived(span, select, alias, names, join(otherJoin, conditional));
        }
        SqlToken name = tokens.expectName("a table");
        SqlToken second = tokens.acceptSign(".") ? tokens.expectName("a table's name") : null;
        Span nameSpan = new Span(start, tokens.lastEnd());
        if (tokens.peek().isSign("(")) {
            SqlExpression.Call call = expressions
                    .operands()
                    .call(nameSpan, second == null ? null : name.text(), second == null ? name.text() : second.text());
            Alias alias = alias();
            Span span = new Span(start, tokens.lastEnd());
            return new Source.Function(span, call, alias, join(otherJoin, conditional));
        }
        String schema = second == null ? null : tokens.named(name);
        String table = tokens.named(second == null ? name : second);
        Alias alias = alias();
        Span span = new Span(start, tokens.lastEnd());
        return new Source.Table(span, nameSpan, schema, table, alias, join(otherJoin, conditional));
    }

    private List<String> columnNames() {
        List<String> names = new ArrayList<>();
        if (tokens.acceptSign("(")) {
            do {
                names.add(tokens.named(tokens.expectName("a column's name")));
            } while (tokens.acceptSign(","));
            tokens.expectSign(")");
        }
        return names;
    }

    private Join join(@Nullable SqlToken otherJoin, boolean conditional) {
        if (!conditional) {
            return new Join.None();
        }
        SqlToken token = tokens.peek();
        if (tokens.acceptKeyword("using")) {
            columnNames();
            return new Join.Unsupported(token.span(), "USING");
        }
        if (otherJoin != null) {
            if (tokens.acceptKeyword("on")) {
                expressions.expression();
            }
            return new Join.Unsupported(otherJoin.span(), otherJoin.quoted() + " before JOIN");
        }
        tokens.expectKeyword("on");
        return new Join.On(expressions.expression());
    }

    private void unsupportedClauses(List<Clause> found) {
        while (true) {
            SqlToken token = tokens.peek();
            if (token.isKeyword("group") || token.isKeyword("order")) {
                tokens.next();
                if (!tokens.acceptWord("by")) {
                    throw tokens.unexpected("BY");
                }
                found.add(new Clause(list(), token.isKeyword("group") ? "GROUP BY" : "ORDER BY"));
            } else if (token.isKeyword("having") || token.isKeyword("limit") || token.isKeyword("offset")) {
                tokens.next();
                found.add(new Clause(operand(), token.text().toUpperCase(Locale.ROOT)));
                if (!tokens.acceptWord("rows")) {
                    tokens.acceptWord("row");
                }
            } else if (token.isKeyword("for") || token.isKeyword("fetch") || token.isKeyword("window")) {
                found.add(new Clause(token.span(), token.text().toUpperCase(Locale.ROOT)));
                skipClause();
            } else {
                return;
            }
        }
    }

    private Span list() {
        Span first = null;
        do {
            Span operand = operand();
            first = first == null ? operand : first;
            while (tokens.acceptKeyword("asc") || tokens.acceptKeyword("desc") || tokens.acceptWord("nulls")) {
                if (!tokens.acceptWord("first")) {
                    tokens.acceptWord("last");
                }
            }
        } while (tokens.acceptSign(","));
        return first;
    }

    private Span operand() {
        if (tokens.peek().isKeyword("all")) {
            return tokens.next().span();
        }
        return expressions.expression().span();
    }

    private void skipClause() {
        int depth = 0;
        while (tokens.peek().kind() != SqlToken.Kind.END && !tokens.peek().isSign(";")) {
            if (tokens.peek().isSign("(")) {
                depth++;
            } else if (tokens.peek().isSign(")") && --depth < 0) {
                return;
            }
            tokens.next();
        }
    }
}
