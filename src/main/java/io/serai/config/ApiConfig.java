package io.serai.config;

import java.util.Optional;

/**
 * {@code api}: what one client may ask of the sync API. Immutable.
 *
 * @param maxBuckets most buckets that a client may have
 * @param maxParameterResults most values that the parameter queries may give for a client
 * @param maxUserConnections most streams that a user may have open at once
 */
public record ApiConfig(int maxBuckets, int maxParameterResults, int maxUserConnections) {
    private static final int MOST = 1_000_000;

    /** What holds when nothing is said. */
    static final ApiConfig DEFAULT = new ApiConfig(1000, 1000, 200);

    static ApiConfig read(Section section) {
        ApiConfig read =
                section.section("parameters").map(ApiConfig::readParameters).orElse(DEFAULT);
        section.withoutEffect("this version has no admin API", "tokens");
        section.end();
        return read;
    }

    private static ApiConfig readParameters(Section parameters) {
        ApiConfig read = new ApiConfig(
                number(parameters, "max_buckets_per_connection").orElse(DEFAULT.maxBuckets),
                number(parameters, "max_parameter_query_results").orElse(DEFAULT.maxParameterResults),
                number(parameters, "max_connections_per_user").orElse(DEFAULT.maxUserConnections));
        parameters.withoutEffect(
                "clients share no queue, and the machine's limits are the only ones",
                "max_concurrent_connections",
                "max_data_fetch_concurrency");
        parameters.end();
        return read;
    }

    private static Optional<Integer> number(Section parameters, String key) {
        return parameters.number(key, 1, MOST);
    }
}
