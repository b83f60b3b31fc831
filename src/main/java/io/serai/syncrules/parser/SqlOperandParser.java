package io.serai.syncrules.parser;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads what operators stand between: literals, names, calls, CASE, CAST, lists and subqueries. Confined to one thread. */
final class SqlOperandParser {
    private static final Set<String> CURRENT_VALUES = Set.of(
            "current_catalog",
            "current_date",
            "current_role",
            "current_schema",
            "current_time",
            "current_timestamp",
            "current_user",
            "localtime",
            "localtimestamp",
            "session_user");

    private final SqlTokens tokens;
    private final SqlExpressionParser expressions;
    private final Supplier<SqlSelect> select;

    /** A parser of operands that reads the expressions in them with {@code expressions}, and subqueries with {@code select}. */
    SqlOperandParser(SqlTokens tokens, SqlExpressionParser expressions, Supplier<SqlSelect> select) {
        this.tokens = tokens;
        this.expressions = expressions;
        this.select = select;
    }

    /** An operand with the casts and members behind it. */
    SqlExpression postfix(SqlExpression operand) {
        SqlExpression result = operand;
        while (true) {
            if (tokens.acceptSign("::")) {
                result = castTo(result, result.span().start());
            } else if (tokens.peek().isSign("->") || tokens.peek().isSign("->>")) {
                boolean asText = tokens.next().isSign("->>");
                SqlExpression key = memberKey();
                result = new SqlExpression.Member(result.span().to(key.span()), result, key, asText);
            } else if (tokens.acceptSign("[")) {
                expressions.expression();
                tokens.expectSign("]");
                result = new SqlExpression.Unsupported(
                        result.span().to(tokens.lastSpan()), "indexing an array with [ ]");
            } else {
                return result;
            }
            expressions.grow();
        }
    }

    private SqlExpression memberKey() {
        SqlToken sign = tokens.peek();
        boolean negative = tokens.acceptSign("-");
        SqlToken token = tokens.peek();
        if (token.kind() == SqlToken.Kind.INTEGER) {
            tokens.next();
            return new SqlExpression.NumberLiteral(sign.span().to(token.span()), (negative ? "-" : "") + token.text());
        }
        if (token.kind() == SqlToken.Kind.STRING && !negative) {
            tokens.next();
            return new SqlExpression.TextLiteral(token.span(), token.text());
        }
        throw tokens.unexpected("a text or an integer as the member's key");
    }

    private SqlExpression castTo(SqlExpression operand, int start) {
        int typeStart = tokens.peek().span().start();
        StringBuilder type = new StringBuilder(tokens.expectName("a type").text());
        while (tokens.peek().kind() == SqlToken.Kind.NAME && isTypeWord(type.toString())) {
            type.append(' ').append(tokens.next().text());
        }
        if (tokens.peek().isSign("(")) {
            parenthesized();
            type.append("(…)");
        }
        if (tokens.peek().isSign("[") && tokens.peek(1).isSign("]")) {
            tokens.next();
            tokens.next();
            type.append("[]");
        }
        Span typeSpan = new Span(typeStart, tokens.lastEnd());
        return new SqlExpression.Cast(new Span(start, tokens.lastEnd()), operand, type.toString(), typeSpan);
    }

    private static boolean isTypeWord(String word) {
        return word.equals("double") || word.equals("character") || word.equals("bit");
    }

    /** A literal, a name, a call, or something in parentheses or between words. */
    SqlExpression primary() {
        SqlToken token = tokens.peek();
        return switch (token.kind()) {
            case STRING -> new SqlExpression.TextLiteral(tokens.next().span(), token.text());
            case INTEGER, DECIMAL ->
                new SqlExpression.NumberLiteral(tokens.next().span(), token.text());
            case NAME, QUOTED_NAME -> name();
            case KEYWORD -> keyword(token);
            case SIGN -> {
                if (!token.isSign("(")) {
                    throw tokens.unexpected("an expression");
                }
                yield parentheses();
            }
            case END -> throw tokens.unexpected("an expression");
        };
    }

    private SqlExpression keyword(SqlToken token) {
        String word = token.text();
        if (CURRENT_VALUES.contains(word)) {
            return new SqlExpression.Unsupported(tokens.next().span(), word);
        }
        return switch (word) {
            case "null" -> new SqlExpression.NullLiteral(tokens.next().span());
            case "true", "false" ->
                new SqlExpression.BooleanLiteral(tokens.next().span(), word.equals("true"));
            case "case" -> caseOf();
            case "cast" -> castCall();
            case "array" -> arrayOf();
            case "any", "all", "some" -> quantified(token);
            case "left", "right" -> {
                if (!tokens.peek(1).isSign("(")) {
                    throw tokens.unexpected("an expression");
                }
                tokens.next();
                yield call(token.span(), null, word);
            }
            default -> throw tokens.unexpected("an expression");
        };
    }

    private SqlExpression quantified(SqlToken word) {
        tokens.next();
        tokens.expectSign("(");
        subqueryOrElements();
        return new SqlExpression.Unsupported(word.span().to(tokens.lastSpan()), word.quoted());
    }

    private SqlExpression name() {
        SqlToken first = tokens.next();
        if (first.kind() == SqlToken.Kind.NAME) {
            if (first.text().equals("exists") && tokens.peek().isSign("(")) {
                return quantifiedExists(first);
            }
            if (first.text().equals("row") && tokens.peek().isSign("(")) {
                List<SqlExpression> elements = parenthesized();
                return new SqlExpression.ListOf(first.span().to(tokens.lastSpan()), false, elements);
            }
            if (first.text().equals("interval") && tokens.peek().kind() == SqlToken.Kind.STRING) {
                return new SqlExpression.Unsupported(
                        first.span().to(tokens.next().span()), "interval");
            }
        }
        if (!tokens.acceptSign(".")) {
            return tokens.peek().isSign("(")
                    ? plainCall(first.span(), null, first.text())
                    : new SqlExpression.ColumnName(first.span(), null, tokens.named(first));
        }
        if (tokens.acceptSign("*")) {
            return new SqlExpression.Star(first.span().to(tokens.lastSpan()), tokens.named(first));
        }
        SqlToken second = tokens.expectName("a column's or function's name after the dot");
        Span span = first.span().to(second.span());
        return tokens.peek().isSign("(")
                ? plainCall(span, first.text(), second.text())
                : new SqlExpression.ColumnName(span, tokens.named(first), tokens.named(second));
    }

    private SqlExpression quantifiedExists(SqlToken word) {
        tokens.expectSign("(");
        subqueryOrElements();
        return new SqlExpression.Unsupported(word.span().to(tokens.lastSpan()), "EXISTS");
    }

    /** A call that may turn out to be one of a window or a filtered aggregate, which are not supported. */
    private SqlExpression plainCall(Span nameSpan, @Nullable String qualifier, String name) {
        SqlExpression.Call call = call(nameSpan, qualifier, name);
        String what = null;
        while ((tokens.peek().isWord("over") || tokens.peek().isWord("filter"))
                && tokens.peek(1).isSign("(")) {
            what = tokens.next().quoted();
            skipParentheses();
        }
        return what == null ? call : new SqlExpression.Unsupported(nameSpan.to(tokens.lastSpan()), what);
    }

    private void skipParentheses() {
        int open = 0;
        do {
            SqlToken token = tokens.peek();
            if (token.kind() == SqlToken.Kind.END) {
                throw tokens.unexpected("\")\"");
            }
            open += token.isSign("(") ? 1 : token.isSign(")") ? -1 : 0;
            tokens.next();
        } while (open > 0);
    }

    /** A call whose name was read; its parentheses come next. */
    SqlExpression.Call call(Span nameSpan, @Nullable String qualifier, String name) {
        tokens.expectSign("(");
        List<SqlExpression> arguments = new ArrayList<>();
        boolean hasKeywords = false;
        SqlToken token = tokens.peek();
        if (tokens.acceptSign("*")) {
            arguments.add(new SqlExpression.Star(token.span(), null));
        } else if (!token.isSign(")")) {
            arguments.add(expressions.expression());
            boolean isSubstring = qualifier == null && name.equals("substring");
            while (true) {
                boolean keyword = isSubstring && (tokens.acceptKeyword("from") || tokens.acceptKeyword("for"));
                if (!keyword && !tokens.acceptSign(",")) {
                    break;
                }
                hasKeywords |= keyword;
                arguments.add(expressions.expression());
            }
        }
        tokens.expectSign(")");
        return new SqlExpression.Call(
                nameSpan.to(tokens.lastSpan()), nameSpan, qualifier, name, arguments, hasKeywords);
    }

    private SqlExpression parentheses() {
        Span open = tokens.next().span();
        List<SqlExpression> elements = subqueryOrElements();
        Span span = open.to(tokens.lastSpan());
        return elements.size() == 1 ? elements.getFirst() : new SqlExpression.ListOf(span, true, elements);
    }

    /** What stands behind an opening parenthesis, which was read, and the closing one. */
    private List<SqlExpression> subqueryOrElements() {
        if (tokens.peek().isKeyword("select")) {
            SqlSelect query = select.get();
            tokens.expectSign(")");
            return List.of(new SqlExpression.Subquery(query.span(), query));
        }
        List<SqlExpression> elements = elements();
        tokens.expectSign(")");
        return elements;
    }

    private List<SqlExpression> elements() {
        List<SqlExpression> elements = new ArrayList<>();
        do {
            elements.add(expressions.expression());
        } while (tokens.acceptSign(","));
        return elements;
    }

    private SqlExpression arrayOf() {
        SqlToken word = tokens.next();
        if (tokens.peek().isSign("(")) {
            tokens.next();
            subqueryOrElements();
            return new SqlExpression.Unsupported(word.span().to(tokens.lastSpan()), "ARRAY( )");
        }
        tokens.expectSign("[");
        List<SqlExpression> elements = tokens.peek().isSign("]") ? List.of() : elements();
        tokens.expectSign("]");
        return new SqlExpression.ListOf(word.span().to(tokens.lastSpan()), false, elements);
    }

    private SqlExpression caseOf() {
        SqlToken word = tokens.next();
        SqlExpression subject = tokens.peek().isKeyword("when") ? null : expressions.expression();
        List<SqlExpression.Branch> branches = new ArrayList<>();
        while (tokens.acceptKeyword("when")) {
            SqlExpression when = expressions.expression();
            tokens.expectKeyword("then");
            branches.add(new SqlExpression.Branch(when, expressions.expression()));
        }
        if (branches.isEmpty()) {
            throw tokens.unexpected("WHEN");
        }
        SqlExpression otherwise = tokens.acceptKeyword("else") ? expressions.expression() : null;
        tokens.expectKeyword("end");
        return new SqlExpression.Case(word.span().to(tokens.lastSpan()), subject, branches, otherwise);
    }

    private SqlExpression castCall() {
        int start = tokens.next().span().start();
        tokens.expectSign("(");
        SqlExpression operand = expressions.expression();
        tokens.expectKeyword("as");
        SqlExpression.Cast inner = (SqlExpression.Cast) castTo(operand, start);
        tokens.expectSign(")");
        return new SqlExpression.Cast(new Span(start, tokens.lastEnd()), operand, inner.type(), inner.typeSpan());
    }

    /** Expressions in parentheses, separated by commas. */
    List<SqlExpression> parenthesized() {
        tokens.expectSign("(");
        List<SqlExpression> elements = elements();
        tokens.expectSign(")");
        return elements;
    }
}
