package io.serai.syncrules.compiler;

import static java.util.Map.entry;

import io.serai.syncrules.evaluator.ScalarFunction;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The functions that can be called by name. */
final class Functions {
    private static final Map<String, Signature> ALL = Map.ofEntries(
            entry("upper", new Signature(ScalarFunction.UPPER, 1, 1)),
            entry("lower", new Signature(ScalarFunction.LOWER, 1, 1)),
            entry("substring", new Signature(ScalarFunction.SUBSTRING, 2, 3)),
            entry("length", new Signature(ScalarFunction.LENGTH, 1, 1)),
            entry("hex", new Signature(ScalarFunction.HEX, 1, 1)),
            entry("base64", new Signature(ScalarFunction.BASE64, 1, 1)),
            entry("uuid_blob", new Signature(ScalarFunction.UUID_BLOB, 1, 1)),
            entry("typeof", new Signature(ScalarFunction.TYPEOF, 1, 1)),
            entry("ifnull", new Signature(ScalarFunction.IFNULL, 2, 2)),
            entry("iif", new Signature(ScalarFunction.IIF, 3, 3)),
            entry("instr", new Signature(ScalarFunction.INSTR, 2, 2)),
            entry("json_extract", new Signature(ScalarFunction.JSON_EXTRACT, 2, 2)),
            entry("json_array_length", new Signature(ScalarFunction.JSON_ARRAY_LENGTH, 1, 2)),
            entry("json_valid", new Signature(ScalarFunction.JSON_VALID, 1, 1)),
            entry("json_keys", new Signature(ScalarFunction.JSON_KEYS, 1, 1)),
            entry("unixepoch", new Signature(ScalarFunction.UNIXEPOCH, 1, 3)),
            entry("datetime", new Signature(ScalarFunction.DATETIME, 1, 3)),
            entry("st_asgeojson", new Signature(ScalarFunction.ST_ASGEOJSON, 1, 1)),
            entry("st_astext", new Signature(ScalarFunction.ST_ASTEXT, 1, 1)),
            entry("st_x", new Signature(ScalarFunction.ST_X, 1, 1)),
            entry("st_y", new Signature(ScalarFunction.ST_Y, 1, 1)));

    private Functions() {}

    /** A function and the numbers of arguments that it takes. */
    record Signature(ScalarFunction function, int least, int most) {}

    static Optional<Signature> find(String name, Dialect dialect) {
        Signature signature = ALL.get(name);
        if (signature == null || (dialect.streams() && signature.function == ScalarFunction.JSON_VALID)) {
            return Optional.empty();
        }
        return Optional.of(dialect.fixedJson() ? signature : unfixed(signature));
    }

    static Set<String> names() {
        return new TreeSet<>(ALL.keySet());
    }

    private static Signature unfixed(Signature signature) {
        return switch (signature.function) {
            case JSON_EXTRACT -> new Signature(ScalarFunction.JSON_EXTRACT_LEGACY, signature.least, signature.most);
            case JSON_ARRAY_LENGTH ->
                new Signature(ScalarFunction.JSON_ARRAY_LENGTH_LEGACY, signature.least, signature.most);
            default -> signature;
        };
    }
}
