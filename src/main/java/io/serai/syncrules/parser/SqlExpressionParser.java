package io.serai.syncrules.parser;

import io.serai.syncrules.parser.SqlExpression.IsTest.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads expressions by precedence climbing. From loose to tight: OR, AND, NOT, equality, IS, order, BETWEEN, other operators, LIKE, IN, sums
 * and concatenation, products, powers, signs, then casts and JSON members, which {@link SqlOperandParser} reads. Confined to one thread.
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

    private final SqlTokens tokens;
    private final SqlOperandParser operands;
    private int depth;

    /** The height of the highest expression that was read since this was last set to 0. */
    private int height;

    /** A parser of expressions that reads subqueries with {@code select}. */
    SqlExpressionParser(SqlTokens tokens, Supplier<SqlSelect> select) {
        this.tokens = tokens;
        this.operands = new SqlOperandParser(tokens, this, select);
    }

    SqlExpression expression() {
        return expression(OR);
    }

    /** The parser of what operators stand between. */
    SqlOperandParser operands() {
        return operands;
    }

    /** An expression of a select list, where a star may stand. */
    SqlExpression columnExpression() {
        SqlToken token = tokens.peek();
        if (tokens.acceptSign("*")) {
            return new SqlExpression.Star(token.span(), null);
        }
        return expression();
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

    /** Tells that the expression that is being read has grown by a level. */
    void grow() {
        requireHeight(++height);
    }

    private void requireHeight(int found) {
        if (found > MAX_HEIGHT) {
            throw new SqlSyntaxException("more than " + MAX_HEIGHT + " operators in a chain", tokens.lastSpan());
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
        return new SqlExpression.Logical(first.span().to(tokens.lastSpan()), power == AND, operands);
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
        return new SqlExpression.IsTest(operand.span().to(tokens.lastSpan()), operand, negated, word);
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
                return operands.postfix(
                        new SqlExpression.NumberLiteral(token.span().to(number.span()), "-" + number.text()));
            }
            SqlExpression operand = expression(SIGN);
            return new SqlExpression.Signed(token.span().to(operand.span()), token.text(), operand);
        }
        return operands.postfix(operands.primary());
    }

    private static boolean isNumber(SqlToken token) {
        return token.kind() == SqlToken.Kind.INTEGER || token.kind() == SqlToken.Kind.DECIMAL;
    }
}
