package io.serai.syncrules.evaluator;

import io.serai.change.Value;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An expression whose names are resolved. Equal expressions have equal values in equal scopes. Immutable. */
public sealed interface Expression {
    /**
     * Its value, one of the five plain kinds.
     *
     * @throws EvaluationException when it has none
     */
    Value evaluate(Scope scope);

    /** This expression with each of its leaves replaced. */
    default Expression map(UnaryOperator<Expression> leaf) {
        return leaf.apply(this);
    }

    /** Visits its leaves from left to right. */
    default void leaves(Consumer<Expression> visitor) {
        visitor.accept(this);
    }

    /** A value that is known. */
    record Constant(Value value) implements Expression {
        @Override
        public Value evaluate(Scope scope) {
            return value;
        }
    }

    /** A column of a table; {@code source} tells apart the tables of a query. */
    record Column(int source, String name) implements Expression {
        @Override
        public Value evaluate(Scope scope) {
            return scope.column(this);
        }
    }

    /** The key or the value of a {@code json_each}; {@code source} tells apart those of a query. */
    record Element(int source, boolean key) implements Expression {
        @Override
        public Value evaluate(Scope scope) {
            return scope.element(this);
        }
    }

    /** A property of a table; {@code source} tells apart the tables of a query. */
    record TableProperty(int source, Kind kind) implements Expression {
        /** What of the table is asked for. */
        public enum Kind {
            /** Its schema. */
            SCHEMA,
            /** Its name at the source. */
            NAME,
            /** What a wildcard in its name stands for. */
            SUFFIX
        }

        @Override
        public Value evaluate(Scope scope) {
            return scope.table(this);
        }
    }

    /** A value of the client's request; {@code name} is that of a member, for the two kinds that have one. */
    record Request(Kind kind, String name) implements Expression {
        /** What of the request is asked for. */
        public enum Kind {
            /** The {@code sub} claim. */
            USER_ID(true),
            /** The whole JWT payload, as JSON text. */
            JWT(true),
            /** The client's connection parameters, as JSON text. */
            CONNECTION(false),
            /** The subscription's parameters, as JSON text. */
            SUBSCRIPTION(false),
            /** A member of the JWT's {@code parameters} claim. */
            TOKEN_PARAMETER(true),
            /** A member of the client's connection parameters. */
            USER_PARAMETER(false);

            private final boolean trusted;

            Kind(boolean trusted) {
                this.trusted = trusted;
            }

            /** Whether it was signed, so that a client cannot choose it. */
            public boolean isTrusted() {
                return trusted;
            }
        }

        @Override
        public Value evaluate(Scope scope) {
            return scope.request(this);
        }
    }

    /** An output of a lookup; {@code lookup} tells apart those of a query. */
    record Found(int lookup, int output) implements Expression {
        @Override
        public Value evaluate(Scope scope) {
            return scope.found(this);
        }
    }

    /** A function or operator; all arguments are evaluated. */
    record Apply(ScalarFunction function, List<Expression> arguments) implements Expression {
        /** Copies the list. */
        public Apply {
            arguments = List.copyOf(arguments);
        }

        /** An application to these arguments. */
        public static Apply of(ScalarFunction function, Expression... arguments) {
            return new Apply(function, List.of(arguments));
        }

        @Override
        public Value evaluate(Scope scope) {
            Value[] values = new Value[arguments.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments.get(i).evaluate(scope);
            }
            return function.apply(values);
        }

        @Override
        public Expression map(UnaryOperator<Expression> leaf) {
            return new Apply(function, mapAll(arguments, leaf));
        }

        @Override
        public void leaves(Consumer<Expression> visitor) {
            arguments.forEach(argument -> argument.leaves(visitor));
        }
    }

    /** {@code AND} or {@code OR}: INTEGER 1 or 0, evaluated only as far as needed. */
    record Logical(boolean and, List<Expression> operands) implements Expression {
        /** Copies the list. */
        public Logical {
            operands = List.copyOf(operands);
        }

        @Override
        public Value evaluate(Scope scope) {
            for (Expression operand : operands) {
                if (Conversions.isTrue(operand.evaluate(scope)) != and) {
                    return Value.of(!and);
                }
            }
            return Value.of(and);
        }

        @Override
        public Expression map(UnaryOperator<Expression> leaf) {
            return new Logical(and, mapAll(operands, leaf));
        }

        @Override
        public void leaves(Consumer<Expression> visitor) {
            operands.forEach(operand -> operand.leaves(visitor));
        }
    }

    /** {@code operand -> path} or {@code operand ->> path} with a path that is known. */
    record Member(Expression operand, JsonPath path, boolean asText, boolean fixed) implements Expression {
        @Override
        public Value evaluate(Scope scope) {
            return path.extract(operand.evaluate(scope), asText, fixed);
        }

        @Override
        public Expression map(UnaryOperator<Expression> leaf) {
            return new Member(operand.map(leaf), path, asText, fixed);
        }

        @Override
        public void leaves(Consumer<Expression> visitor) {
            operand.leaves(visitor);
        }
    }

    /**
     * {@code CASE}: the first branch that holds, evaluated only as far as needed.
     *
     * @param subject what each branch is compared with, or null when the branches are conditions
     */
    record Case(@Nullable Expression subject, List<Branch> branches, Expression otherwise) implements Expression {
        /** Copies the list. */
        public Case {
            branches = List.copyOf(branches);
        }

        /** {@code WHEN when THEN then}. */
        public record Branch(Expression when, Expression then) {}

        @Override
        public Value evaluate(Scope scope) {
            Value compared = subject == null ? null : subject.evaluate(scope);
            for (Branch branch : branches) {
                Value when = branch.when().evaluate(scope);
                boolean holds = compared == null ? Conversions.isTrue(when) : Comparison.areEqual(compared, when);
                if (holds) {
                    return branch.then().evaluate(scope);
                }
            }
            return otherwise.evaluate(scope);
        }

        @Override
        public Expression map(UnaryOperator<Expression> leaf) {
            List<Branch> mapped = branches.stream()
                    .map(branch ->
                            new Branch(branch.when().map(leaf), branch.then().map(leaf)))
                    .toList();
            return new Case(subject == null ? null : subject.map(leaf), mapped, otherwise.map(leaf));
        }

        @Override
        public void leaves(Consumer<Expression> visitor) {
            if (subject != null) {
                subject.leaves(visitor);
            }
            for (Branch branch : branches) {
                branch.when().leaves(visitor);
                branch.then().leaves(visitor);
            }
            otherwise.leaves(visitor);
        }
    }

    /** SQL NULL. */
    Expression NULL = new Constant(Value.NULL);

    private static List<Expression> mapAll(List<Expression> expressions, UnaryOperator<Expression> leaf) {
        return expressions.stream().map(expression -> expression.map(leaf)).toList();
    }
}
