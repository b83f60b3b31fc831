package io.serai.source.postgres;

import io.serai.change.TableRef;

/** Quotes names and texts so that every legal one passes. Sessions run with {@code standard_conforming_strings}. */
final class Sql {
    private Sql() {}

    /** {@code "name"}. */
    static String name(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** {@code "schema"."name"}. */
    static String name(TableRef table) {
        return name(table.schema()) + "." + name(table.name());
    }

    /** {@code 'text'}. */
    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
