package io.serai.syncrules.compiler;

import io.serai.change.Value;
import io.serai.syncrules.evaluator.Expression;
import io.serai.syncrules.evaluator.Expression.Apply;
import io.serai.syncrules.evaluator.JsonPath;
import io.serai.syncrules.evaluator.ScalarFunction;
import io.serai.syncrules.parser.Names;
import io.serai.syncrules.parser.Span;
import io.serai.syncrules.parser.SqlExpression;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Turns expressions with one value into plans. What is wrong is reported to the query, and stands as NULL in the result, so that everything
 * else is still looked at. Confined to one thread.
 */
final class ExpressionCompiler {
    private static final Map<String, ScalarFunction> OPERATORS = Map.of(
            "=", ScalarFunction.EQUAL,
            "<>", ScalarFunction.NOT_EQUAL,
            "<", ScalarFunction.LESS,
            ">", ScalarFunction.GREATER,
            "<=", ScalarFunction.LESS_OR_EQUAL,
            ">=", ScalarFunction.GREATER_OR_EQUAL,
            "+", ScalarFunction.ADD,
            "-", ScalarFunction.SUBTRACT,
            "*", ScalarFunction.MULTIPLY,
            "/", ScalarFunction.DIVIDE);

    private static final Map<String, ScalarFunction> CASTS = Map.of(
            "text", ScalarFunction.TO_TEXT,
            "integer", ScalarFunction.TO_INTEGER,
            "numeric", ScalarFunction.TO_NUMERIC,
            "real", ScalarFunction.TO_REAL,
            "blob", ScalarFunction.TO_BLOB);

    private final Query query;
    private final Dialect dialect;
    private final NameResolver names;

    ExpressionCompiler(Query query, Dialect dialect, NameResolver names) {
        this.query = query;
        this.dialect = dialect;
        this.names = names;
    }

    Expression compile(SqlExpression expression) {
        return switch (expression) {
            case SqlExpression.NullLiteral ignored -> Expression.NULL;
            case SqlExpression.BooleanLiteral literal -> new Expression.Constant(Value.of(literal.value()));
            case SqlExpression.NumberLiteral literal -> new Expression.Constant(number(literal));
            case SqlExpression.TextLiteral literal -> new Expression.Constant(Value.of(literal.value()));
            case SqlExpression.ColumnName column -> names.column(column);
            case SqlExpression.Star star ->
                refuse("sql.star-position", star.span(), "* may stand only in the select list");
            case SqlExpression.Call call -> call(call);
            case SqlExpression.Not not -> Apply.of(ScalarFunction.NOT, operandOfNot(not.operand()));
            case SqlExpression.Signed signed -> signed(signed);
            case SqlExpression.Logical logical -> new Expression.Logical(logical.and(), all(logical.operands()));
            case SqlExpression.Binary binary -> binary(binary);
            case SqlExpression.IsTest test -> isTest(test);
            case SqlExpression.Between between -> between(between);
            case SqlExpression.In in -> in(in, in.negated());
            case SqlExpression.ListOf list -> list(list);
            case SqlExpression.Case choice -> choice(choice);
            case SqlExpression.Cast cast -> cast(cast);
            case SqlExpression.Member member -> member(member);
            case SqlExpression.Subquery subquery ->
                refuse(
                        "sql.unsupported-expression",
                        subquery.span(),
                        "A subquery may stand only on the right of IN or &&");
            case SqlExpression.Unsupported unsupported ->
                refuse(
                        "sql.unsupported-operator",
                        unsupported.span(),
                        capitalized(unsupported.what()) + " is not supported");
        };
    }

    private List<Expression> all(List<SqlExpression> expressions) {
        return expressions.stream().map(this::compile).toList();
    }

    private Value number(SqlExpression.NumberLiteral literal) {
        if (!literal.isInteger()) {
            return Value.of(Double.parseDouble(literal.digits()));
        }
        BigInteger integer = new BigInteger(literal.digits());
        if (!dialect.streams() && Double.isFinite(integer.doubleValue())) {
            integer = new BigDecimal(integer.doubleValue()).toBigInteger();
        }
        return integer.bitLength() < Long.SIZE ? Value.of(integer.longValue()) : Value.of(integer.doubleValue());
    }

    private Expression call(SqlExpression.Call call) {
        if (call.hasKeywords() && !dialect.streams()) {
            return refuse("sql.unsupported-expression", call.span(), "Separate the arguments of substring by commas");
        }
        if (call.qualifier() != null) {
            List<Expression> arguments = all(call.arguments());
            return names.call(call, arguments).orElseGet(() -> unknown(call));
        }
        Optional<Functions.Signature> found = Functions.find(call.name(), dialect);
        if (found.isEmpty()) {
            return unknown(call);
        }
        Functions.Signature signature = found.get();
        List<Expression> arguments = all(call.arguments());
        int count = arguments.size();
        if (dialect.streams() && (count < signature.least() || count > signature.most())) {
            return refuse(
                    "sql.argument-count", call.span(), call.name() + " takes " + takes(signature) + ", not " + count);
        }
        if (signature.function() == ScalarFunction.IIF && count == signature.least()) {
            Expression.Case.Branch branch = new Expression.Case.Branch(arguments.get(0), arguments.get(1));
            return new Expression.Case(null, List.of(branch), arguments.get(2));
        }
        return new Apply(signature.function(), arguments);
    }

    private static String takes(Functions.Signature signature) {
        String least = signature.least() == 1 ? "1 argument" : signature.least() + " arguments";
        return signature.least() == signature.most()
                ? least
                : signature.least() + " to " + signature.most() + " arguments";
    }

    private Expression unknown(SqlExpression.Call call) {
        TreeSet<String> known = new TreeSet<>(Functions.names());
        known.addAll(names.functions());
        String name = call.qualifier() == null ? call.name() : call.qualifier() + "." + call.name();
        String hint = known.contains(name) ? "; it exists only in bucket_definitions" : Names.hint(name, known);
        return refuse("sql.unknown-function", call.span(), "There is no function " + name + hint);
    }

    private Expression signed(SqlExpression.Signed signed) {
        Expression operand = compile(signed.operand());
        if (signed.sign().equals("+") && dialect.streams()) {
            return operand;
        }
        return refuse(
                "sql.unsupported-operator",
                signed.span(),
                "The sign " + signed.sign() + " may stand only before a number; write 0 - x instead of -x");
    }

    private Expression binary(SqlExpression.Binary binary) {
        Expression left = compile(binary.left());
        Expression right = compile(binary.right());
        if (binary.operator().equals("<>") && dialect.streams()) {
            return Apply.of(ScalarFunction.NOT, Apply.of(ScalarFunction.EQUAL, left, right));
        }
        if (binary.operator().equals("||")) {
            return Apply.of(ScalarFunction.CONCAT, left, right);
        }
        ScalarFunction function = OPERATORS.get(binary.operator());
        if (function == null) {
            String where = binary.operator().equals("&&") && dialect.streams() ? " here" : "";
            return refuse(
                    "sql.unsupported-operator",
                    binary.span(),
                    "The operator " + binary.operator() + " is not supported" + where);
        }
        return Apply.of(function, left, right);
    }

    private Expression isTest(SqlExpression.IsTest test) {
        Expression operand = compile(test.operand());
        if (test.word() == SqlExpression.IsTest.Word.NULL) {
            return Apply.of(test.negated() ? ScalarFunction.IS_NOT_NULL : ScalarFunction.IS_NULL, operand);
        }
        if (!dialect.streams()) {
            return refuse(
                    "sql.unsupported-operator",
                    test.span(),
                    "IS TRUE and IS FALSE exist only in streams of edition 3; compare with = instead");
        }
        Expression holds = Apply.of(
                test.word() == SqlExpression.IsTest.Word.TRUE ? ScalarFunction.IS_TRUE : ScalarFunction.IS_FALSE,
                operand);
        return test.negated() ? Apply.of(ScalarFunction.NOT, holds) : holds;
    }

    private Expression between(SqlExpression.Between between) {
        Expression holds =
                new Apply(ScalarFunction.BETWEEN, all(List.of(between.operand(), between.low(), between.high())));
        if (!dialect.streams()) {
            return refuse(
                    "sql.unsupported-expression",
                    between.span(),
                    "BETWEEN exists only in streams of edition 3; compare with >= and <= instead");
        }
        return between.negated() ? Apply.of(ScalarFunction.NOT, holds) : holds;
    }

    private Expression operandOfNot(SqlExpression operand) {
        return operand instanceof SqlExpression.In in ? in(in, true) : compile(operand);
    }

    /** {@code x IN right}; streams know it as a value only where it is negated, else it is a join. */
    private Expression in(SqlExpression.In in, boolean underNot) {
        if (in.right() instanceof SqlExpression.ListOf list && (list.inParentheses() || !dialect.streams())) {
            return refuse(
                    "sql.unsupported-expression",
                    list.span(),
                    dialect.streams()
                            ? "A list in parentheses is not supported; write IN ARRAY['a', 'b']"
                            : "A list of values is not supported; write IN '[\"a\", \"b\"]'");
        }
        Expression operand = compile(in.operand());
        Expression holds;
        if (in.right() instanceof SqlExpression.ListOf list) {
            List<Expression> arguments = new ArrayList<>();
            arguments.add(operand);
            arguments.addAll(all(list.elements()));
            holds = new Apply(ScalarFunction.IN_LIST, arguments);
        } else {
            holds = Apply.of(ScalarFunction.IN_JSON, operand, compile(in.right()));
            if (dialect.streams() && !underNot) {
                return refuse(
                        "sql.unsupported-expression", in.span(), "IN with a JSON array may stand only in WHERE and ON");
            }
        }
        if (in.negated() && !dialect.streams()) {
            return refuse(
                    "sql.unsupported-operator",
                    in.span(),
                    "NOT IN exists only in streams of edition 3; write NOT (x IN y) instead");
        }
        return in.negated() ? Apply.of(ScalarFunction.NOT, holds) : holds;
    }

    private Expression list(SqlExpression.ListOf list) {
        return refuse("sql.unsupported-expression", list.span(), "A list may stand only on the right of IN");
    }

    private Expression choice(SqlExpression.Case choice) {
        Expression subject = choice.subject() == null ? null : compile(choice.subject());
        List<Expression.Case.Branch> branches = choice.branches().stream()
                .map(branch -> new Expression.Case.Branch(compile(branch.when()), compile(branch.then())))
                .toList();
        Expression otherwise = choice.otherwise() == null ? Expression.NULL : compile(choice.otherwise());
        if (!dialect.streams()) {
            return refuse(
                    "sql.unsupported-expression",
                    choice.span(),
                    "CASE exists only in streams of edition 3; use iif(condition, a, b)");
        }
        return new Expression.Case(subject, branches, otherwise);
    }

    private Expression cast(SqlExpression.Cast cast) {
        Expression operand = compile(cast.operand());
        ScalarFunction function = CASTS.get(cast.type());
        if (function == null) {
            String hint = Names.hint(cast.type(), CASTS.keySet());
            return refuse(
                    "sql.bad-cast",
                    cast.typeSpan(),
                    "A value can be cast to text, integer, numeric, real or blob, not to " + cast.type() + hint);
        }
        return Apply.of(function, operand);
    }

    private Expression member(SqlExpression.Member member) {
        Expression operand = compile(member.operand());
        String key = switch (member.key()) {
            case SqlExpression.TextLiteral text -> text.value();
            case SqlExpression.NumberLiteral number -> number.digits();
            default -> throw new IllegalStateException("the parser reads only literals here");
        };
        if (member.key() instanceof SqlExpression.NumberLiteral && !dialect.streams()) {
            return refuse(
                    "sql.unsupported-operator", member.key().span(), "The key must be a text; write '" + key + "'");
        }
        JsonPath path = JsonPath.of(key, dialect.fixedJson());
        return new Expression.Member(operand, path, member.asText(), dialect.fixedJson());
    }

    private Expression refuse(String code, Span span, String message) {
        query.error(code, span, message);
        return Expression.NULL;
    }

    private static String capitalized(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
