package io.serai.change;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON document as it was written: members in their order, integers of any size apart from doubles. Immutable. Read by {@link JsonReader}. */
public sealed interface Json {
    /** The three words of JSON. */
    enum Literal implements Json {
        /** {@code null}. */
        NULL,
        /** {@code true}. */
        TRUE,
        /** {@code false}. */
        FALSE
    }

    /** A number that is written without {@code .}, {@code e} and {@code E}. */
    record IntegerNumber(BigInteger value) implements Json {}

    /** A number that is written with a fraction or an exponent. */
    record RealNumber(double value) implements Json {}

    /** A string; it may hold lone surrogates. */
    record Text(String value) implements Json {}

    /** An array. */
    record Array(List<Json> elements) implements Json {
        /** Copies the list. */
        public Array {
            elements = List.copyOf(elements);
        }
    }

    /** An object. */
    record Object(List<Member> members) implements Json {
        /** Copies the list. */
        public Object {
            members = List.copyOf(members);
        }

        /** The value of the last member with this name, or null when there is none. */
        public @Nullable Json get(String name) {
            for (int i = members.size() - 1; i >= 0; i--) {
                if (members.get(i).name().equals(name)) {
                    return members.get(i).value();
                }
            }
            return null;
        }
    }

    /** A member of an object. */
    record Member(String name, Json value) {}

    /** An object of names (strings) and values (documents) that follow each other. */
    static Json.Object object(java.lang.Object... namesAndValues) {
        List<Member> members = new ArrayList<>(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.add(new Member((String) namesAndValues[i], (Json) namesAndValues[i + 1]));
        }
        return new Json.Object(members);
    }

    /** An integer. */
    static Json number(long value) {
        return new IntegerNumber(BigInteger.valueOf(value));
    }

    /** An integer as text: readers that have only doubles lose nothing. */
    static Json digits(long value) {
        return new Text(Long.toString(value));
    }

    /** True or false. */
    static Json flag(boolean flag) {
        return flag ? Literal.TRUE : Literal.FALSE;
    }

    /** The compact JSON text of this document. */
    default String text() {
        StringBuilder out = new StringBuilder();
        JsonText.append(out, this);
        return out.toString();
    }

    /**
     * This document as a value: true and false are 1 and 0, numbers are INTEGER or REAL by their form (an integer beyond 64 bits is REAL),
     * objects and arrays are their compact JSON text.
     */
    default Value toValue() {
        return switch (this) {
            case Literal literal ->
                switch (literal) {
                    case NULL -> Value.NULL;
                    case TRUE -> Value.of(true);
                    case FALSE -> Value.of(false);
                };
            case IntegerNumber number ->
                number.value().bitLength() < Long.SIZE
                        ? Value.of(number.value().longValue())
                        : Value.of(number.value().doubleValue());
            case RealNumber number -> Value.of(number.value());
            case Text text -> Value.of(text.value());
            case Array array -> Value.of(array.text());
            case Object object -> Value.of(object.text());
        };
    }
}
