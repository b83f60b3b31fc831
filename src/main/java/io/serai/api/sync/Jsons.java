package io.serai.api.sync;

import io.serai.change.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Makes JSON documents. */
final class Jsons {
    private Jsons() {}

    /** An object of names and values that follow each other. */
    static Json.Object object(Object... namesAndValues) {
        List<Json.Member> members = new ArrayList<>(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            members.add(new Json.Member((String) namesAndValues[i], (Json) namesAndValues[i + 1]));
        }
        return new Json.Object(members);
    }

    static Json number(long value) {
        return new Json.IntegerNumber(BigInteger.valueOf(value));
    }

    /** A number as text: op ids may be larger than a double holds. */
    static Json text(long value) {
        return new Json.Text(Long.toString(value));
    }

    static Json flag(boolean flag) {
        return flag ? Json.Literal.TRUE : Json.Literal.FALSE;
    }
}
