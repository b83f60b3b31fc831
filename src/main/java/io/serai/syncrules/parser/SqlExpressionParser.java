package io.serai.syncrules.parser;

import io.serai.syncrules.parser.SqlExpression.IsTest.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads expressions by precedence climbing. From loose to tight: OR, AND, NOT, equality, IS, order, BETWEEN, other operators, LIKE, IN, sums
 * and concatenation, products, powers, signs, then casts and JSON members. Confined to one thread.
 */
final class SqlExpressionParser {
    /** Deeper nesting is refused, so that no input exhausts the stack. */
    private static final int MAX_DEPTH = 200;

    /** Higher trees are refused, for the same reason: a chain of operators other than AND and OR is as high as it is long. */
    private static final int MAX_HEIGHT = 300;

    private static final int OR = 1;
    private static final int AND = 2;
    private static final int NOT = 3;
    private static final int EQUALITY = 4;
    private static final int IS = 5;
    private static final int ORDER = 6;
    private static final int BETWEEN = 7;
    private static final int OTHER = 8;
    private static final int LIKE = 9;
    private static final int IN = 10;
    private static final int SUM = 11;
    private static final int PRODUCT = 12;
    private static final int POWER = 13;
    private static final int SIGN = 14;
    private static final int NONE = -1;

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
    private final Supplier<SqlSelect> select;
    private int depth;

    /** The height of the highest expression that was read since this was last set to 0. */
    private int height;

    /** A parser of expressions that reads subqueries with {@code select}. */
    SqlExpressionParser(SqlTokens tokens, Supplier<SqlSelect> select) {
        this.tokens = tokens;
        this.select = select;
    }

    SqlExpression expression() {
        return expression(OR);
    }

    /** An expression of a select list, where a star may stand. */
    SqlExpression columnExpression() {
        SqlToken token = tokens.peek();
        if (tokens.acceptSign("*")) {
            return new SqlExpression.Star(token.span(), null);
        }
        return expression();
    }

    /** Expressions in parentheses, separated by commas. */
    List<SqlExpression> parenthesized() {
        tokens.expectSign("(");
        List<SqlExpression> elements = elements();
        tokens.expectSign(")");
        return elements;
    }

    private SqlExpression expression(int loosest) {
        if (++depth > MAX_DEPTH) {
            throw new SqlSyntaxException(
                    "more than " + MAX_DEPTH + " levels", tokens.peek().span());
        }
        int heightBefore = height;
        height = 0;
        SqlExpression left = prefix();
        int mine = height + 1;
        while (power(tokens.peek()) >= loosest) {
            height = 0;
            left = infix(left, power(tokens.peek()));
            mine = Math.max(mine, height) + 1;
            requireHeight(mine);
        }
        height = Math.max(heightBefore, mine);
        depth--;
        return left;
    }

    private void requireHeight(int found) {
        if (found > MAX_HEIGHT) {
            throw new SqlSyntaxException("more than " + MAX_HEIGHT + " operators in a chain", lastSpan());
        }
    }

    private int power(SqlToken token) {
        return switch (token.kind()) {
            case KEYWORD ->
                switch (token.text()) {
                    case "or" -> OR;
                    case "and" -> AND;
                    case "is", "isnull", "notnull" -> IS;
                    case "like", "ilike", "similar" -> LIKE;
                    case "in" -> IN;
                    case "not" -> powerBehindNot(tokens.peek(1));
                    default -> NONE;
                };
            case NAME -> token.text().equals("between") ? BETWEEN : NONE;
            case SIGN ->
                switch (token.text()) {
                    case "=", "<>", "!=" -> EQUALITY;
                    case "<", ">", "<=", ">=" -> ORDER;
                    case "+", "-", "||", "&&", "#-" -> SUM;
                    case "*", "/", "%" -> PRODUCT;
                    case "^" -> POWER;
                    case "&", "|", "<<", ">>", "~", "!~", "~*", "#", "@>", "<@", "@" -> OTHER;
                    default -> NONE;
                };
            default -> NONE;
        };
    }

    private static int powerBehindNot(SqlToken token) {
        if (token.isKeyword("in")) {
            return IN;
        }
        if (token.isKeyword("like") || token.isKeyword("ilike") || token.isKeyword("similar")) {
            return LIKE;
        }
        return token.isWord("between") ? BETWEEN : NONE;
    }

    private SqlExpression infix(SqlExpression left, int power) {
        return switch (power) {
            case OR, AND -> logical(left, power);
            case IS -> isTest(left);
            case BETWEEN -> between(left);
            case LIKE -> like(left);
            case IN -> in(left);
            default -> binary(left, power);
        };
    }

    private SqlExpression logical(SqlExpression first, int power) {
        String word = power == AND ? "and" : "or";
        List<SqlExpression> operands = new ArrayList<>();
        operands.add(first);
        while (tokens.acceptKeyword(word)) {
            operands.add(expression(power + 1));
        }
        return new SqlExpression.Logical(first.span().to(lastSpan()), power == AND, operands);
    }

    private SqlExpression binary(SqlExpression left, int power) {
        SqlToken operator = tokens.next();
        SqlExpression right = expression(power + 1);
        String sign = operator.isSign("!=") ? "<>" : operator.text();
        return new SqlExpression.Binary(left.span().to(right.span()), sign, operator.span(), left, right);
    }

    private SqlExpression isTest(SqlExpression operand) {
        SqlToken token = tokens.next();
        boolean negated = token.isKeyword("notnull");
        Word word = Word.NULL;
        if (token.isKeyword("is")) {
            negated = tokens.acceptKeyword("not");
            if (tokens.acceptKeyword("true")) {
                word = Word.TRUE;
            } else if (tokens.acceptKeyword("false")) {
                word = Word.FALSE;
            } else if (!tokens.acceptKeyword("null")) {
                throw tokens.unexpected("NULL, TRUE or FALSE after IS");
            }
        }
        return new SqlExpression.IsTest(operand.span().to(lastSpan()), operand, negated, word);
    }

    private SqlExpression between(SqlExpression operand) {
        boolean negated = tokens.acceptKeyword("not");
        tokens.next();
        SqlExpression low = expression(OTHER);
        tokens.expectKeyword("and");
        SqlExpression high = expression(OTHER);
        return new SqlExpression.Between(operand.span().to(high.span()), operand, negated, low, high);
    }

    private SqlExpression like(SqlExpression operand) {
        tokens.acceptKeyword("not");
        SqlToken operator = tokens.next();
        tokens.acceptKeyword("to");
        SqlExpression pattern = expression(IN);
        return new SqlExpression.Unsupported(operand.span().to(pattern.span()), operator.quoted());
    }

    private SqlExpression in(SqlExpression operand) {
        boolean negated = tokens.acceptKeyword("not");
        tokens.expectKeyword("in");
        SqlExpression right = expression(SUM);
        return new SqlExpression.In(operand.span().to(right.span()), operand, negated, right);
    }

    private SqlExpression prefix() {
        SqlToken token = tokens.peek();
        if (tokens.acceptKeyword("not")) {
            SqlExpression operand = expression(NOT);
            return new SqlExpression.Not(token.span().to(operand.span()), operand);
        }
        if (token.isSign("-") || token.isSign("+")) {
            tokens.next();
            SqlToken number = tokens.peek();
            if (token.isSign("-")
                    && isNumber(number)
                    && number.span().start() == token.span().end()) {
                tokens.next();
                return postfix(new SqlExpression.NumberLiteral(token.span().to(number.span()), "-" + number.text()));
            }
            SqlExpression operand = expression(SIGN);
            return new SqlExpression.Signed(token.span().to(operand.span()), token.text(), operand);
        }
        return postfix(primary());
    }

    private SqlExpression postfix(SqlExpression operand) {
        SqlExpression result = operand;
        while (true) {
            if (tokens.acceptSign("::")) {
                result = castTo(result, result.span().start());
            } else if (tokens.peek().isSign("->") || tokens.peek().isSign("->>")) {
                boolean asText = tokens.next().isSign("->>");
                SqlExpression key = memberKey();
                result = new SqlExpression.Member(result.span().to(key.span()), result, key, asText);
            } else if (tokens.acceptSign("[")) {
                expression();
                tokens.expectSign("]");
                result = new SqlExpression.Unsupported(result.span().to(lastSpan()), "indexing an array with [ ]");
            } else {
                return result;
            }
            requireHeight(++height);
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

    private SqlExpression primary() {
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
        subqueryOrElements(word.span());
        return new SqlExpression.Unsupported(word.span().to(lastSpan()), word.quoted());
    }

    private SqlExpression name() {
        SqlToken first = tokens.next();
        if (first.kind() == SqlToken.Kind.NAME) {
            if (first.text().equals("exists") && tokens.peek().isSign("(")) {
                return quantifiedExists(first);
            }
            if (first.text().equals("row") && tokens.peek().isSign("(")) {
                List<SqlExpression> elements = parenthesized();
                return new SqlExpression.ListOf(first.span().to(lastSpan()), false, elements);
            }
            if (first.text().equals("interval") && tokens.peek().kind() == SqlToken.Kind.STRING) {
                return new SqlExpression.Unsupported(
                        first.span().to(tokens.next().span()), "interval");
            }
        }
        if (!tokens.acceptSign(".")) {
            return tokens.peek().isSign("(")
                    ? plainCall(first.span(), null, first.text())
                    : new SqlExpression.ColumnName(first.span(), null, first.text());
        }
        if (tokens.acceptSign("*")) {
            return new SqlExpression.Star(first.span().to(lastSpan()), first.text());
        }
        SqlToken second = tokens.expectName("a column's or function's name after the dot");
        Span span = first.span().to(second.span());
        return tokens.peek().isSign("(")
                ? plainCall(span, first.text(), second.text())
                : new SqlExpression.ColumnName(span, first.text(), second.text());
    }

    private SqlExpression quantifiedExists(SqlToken word) {
        tokens.expectSign("(");
        subqueryOrElements(word.span());
        return new SqlExpression.Unsupported(word.span().to(lastSpan()), "EXISTS");
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
        return what == null ? call : new SqlExpression.Unsupported(nameSpan.to(lastSpan()), what);
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
            arguments.add(expression());
            boolean isSubstring = qualifier == null && name.equals("substring");
            while (true) {
                boolean keyword = isSubstring && (tokens.acceptKeyword("from") || tokens.acceptKeyword("for"));
                if (!keyword && !tokens.acceptSign(",")) {
                    break;
                }
                hasKeywords |= keyword;
                arguments.add(expression());
            }
        }
        tokens.expectSign(")");
        return new SqlExpression.Call(nameSpan.to(lastSpan()), nameSpan, qualifier, name, arguments, hasKeywords);
    }

    private SqlExpression parentheses() {
        Span open = tokens.next().span();
        List<SqlExpression> elements = subqueryOrElements(open);
        Span span = open.to(lastSpan());
        return elements.size() == 1 ? elements.getFirst() : new SqlExpression.ListOf(span, true, elements);
    }

    /** What stands behind an opening parenthesis, which was read, and the closing one. */
    private List<SqlExpression> subqueryOrElements(Span open) {
        if (tokens.peek().isKeyword("select")) {
            if (++depth > MAX_DEPTH) {
                throw new SqlSyntaxException("more than " + MAX_DEPTH + " levels", open);
            }
            SqlSelect query = select.get();
            depth--;
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
            elements.add(expression());
        } while (tokens.acceptSign(","));
        return elements;
    }

    private SqlExpression arrayOf() {
        SqlToken word = tokens.next();
        if (tokens.peek().isSign("(")) {
            tokens.next();
            subqueryOrElements(word.span());
            return new SqlExpression.Unsupported(word.span().to(lastSpan()), "ARRAY( )");
        }
        tokens.expectSign("[");
        List<SqlExpression> elements = tokens.peek().isSign("]") ? List.of() : elements();
        tokens.expectSign("]");
        return new SqlExpression.ListOf(word.span().to(lastSpan()), false, elements);
    }

    private SqlExpression caseOf() {
        SqlToken word = tokens.next();
        SqlExpression subject = tokens.peek().isKeyword("when") ? null : expression();
        List<SqlExpression.Branch> branches = new ArrayList<>();
        while (tokens.acceptKeyword("when")) {
            SqlExpression when = expression();
            tokens.expectKeyword("then");
            branches.add(new SqlExpression.Branch(when, expression()));
        }
        if (branches.isEmpty()) {
            throw tokens.unexpected("WHEN");
        }
        SqlExpression otherwise = tokens.acceptKeyword("else") ? expression() : null;
        tokens.expectKeyword("end");
        return new SqlExpression.Case(word.span().to(lastSpan()), subject, branches, otherwise);
    }

    private SqlExpression castCall() {
        int start = tokens.next().span().start();
        tokens.expectSign("(");
        SqlExpression operand = expression();
        tokens.expectKeyword("as");
        SqlExpression.Cast inner = (SqlExpression.Cast) castTo(operand, start);
        tokens.expectSign(")");
        return new SqlExpression.Cast(new Span(start, tokens.lastEnd()), operand, inner.type(), inner.typeSpan());
    }

    private Span lastSpan() {
        int end = tokens.lastEnd();
        return new Span(end, end);
    }

    private static boolean isNumber(SqlToken token) {
        return token.kind() == SqlToken.Kind.INTEGER || token.kind() == SqlToken.Kind.DECIMAL;
    }
}
