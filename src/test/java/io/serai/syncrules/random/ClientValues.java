package io.serai.syncrules.random;

import java.util.List;

/**
 * What queries may say of the client, in one dialect. Immutable.
 *
 * @param texts are TEXT or missing
 * @param integers are INTEGER or missing
 * @param arrays are JSON arrays of texts or missing; to Postgres they are selects
 */
record ClientValues(List<Texts> texts, List<Texts> integers, List<Texts> arrays) {
    static final ClientValues OF_DEFINITIONS = new ClientValues(
            List.of(
                    Texts.same("request.user_id()"),
                    Texts.same("request.jwt() ->> 'team'"),
                    Texts.same("request.parameters() ->> 'team'")),
            List.of(new Texts("request.jwt() ->> 'level'", "(request.jwt() ->> 'level')::bigint")),
            List.of(array("request.jwt() ->> 'teams'"), array("request.parameters() ->> 'teams'")));

    static final ClientValues OF_STREAMS = new ClientValues(
            List.of(
                    Texts.same("auth.user_id()"),
                    Texts.same("auth.parameter('team')"),
                    Texts.same("connection.parameter('team')"),
                    Texts.same("subscription.parameter('team')")),
            List.of(
                    new Texts("auth.parameter('level')", "auth.parameter('level')::bigint"),
                    new Texts("subscription.parameter('level')", "subscription.parameter('level')::bigint")),
            List.of(
                    array("auth.parameter('teams')"),
                    array("connection.parameter('teams')"),
                    array("subscription.parameter('teams')")));

    private static Texts array(String value) {
        return new Texts(value, "(SELECT json_array_elements_text((" + value + ")::json))");
    }
}
