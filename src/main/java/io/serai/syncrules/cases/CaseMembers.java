package io.serai.syncrules.cases;

import io.serai.change.Json;
import java.util.ArrayList;
import java.util.List;

/** Reads the members of a case; one that is missing or of another kind is an {@link IllegalArgumentException} that names it. */
public final class CaseMembers {
    private CaseMembers() {}

    /** A member of any kind. */
    public static Json get(Json.Object owner, String name) {
        Json value = owner.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the case has no member \"" + name + "\"");
        }
        return value;
    }

    /** A text. */
    public static String text(Json.Object owner, String name) {
        if (get(owner, name) instanceof Json.Text text) {
            return text.value();
        }
        throw refused(name, "a text");
    }

    /** A text, or {@code otherwise} when there is none, or null. */
    public static String textOr(Json.Object owner, String name, String otherwise) {
        return isAbsent(owner, name) ? otherwise : text(owner, name);
    }

    /** An integer of 64 bits. */
    public static long integer(Json.Object owner, String name) {
        if (get(owner, name) instanceof Json.IntegerNumber number
                && number.value().bitLength() < Long.SIZE) {
            return number.value().longValue();
        }
        throw refused(name, "an integer");
    }

    /** An object. */
    public static Json.Object object(Json.Object owner, String name) {
        if (get(owner, name) instanceof Json.Object object) {
            return object;
        }
        throw refused(name, "an object");
    }

    /** The elements of an array. */
    public static List<Json> elements(Json.Object owner, String name) {
        if (get(owner, name) instanceof Json.Array array) {
            return array.elements();
        }
        throw refused(name, "an array");
    }

    /** The elements of an array of objects. */
    public static List<Json.Object> objects(Json.Object owner, String name) {
        List<Json.Object> objects = new ArrayList<>();
        for (Json element : elements(owner, name)) {
            if (!(element instanceof Json.Object object)) {
                throw refused(name, "an array of objects");
            }
            objects.add(object);
        }
        return objects;
    }

    /** As {@link #objects}; none when there is no such member, or null. */
    public static List<Json.Object> objectsOrNone(Json.Object owner, String name) {
        return isAbsent(owner, name) ? List.of() : objects(owner, name);
    }

    private static boolean isAbsent(Json.Object owner, String name) {
        Json value = owner.get(name);
        return value == null || value == Json.Literal.NULL;
    }

    private static IllegalArgumentException refused(String name, String kind) {
        return new IllegalArgumentException("the case's member \"" + name + "\" is not " + kind);
    }
}
