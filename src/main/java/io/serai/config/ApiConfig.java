package io.serai.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code api}: how the API is served, and what one client may ask of it. Immutable.
 *
 * @param maxBuckets most buckets that a client may have
 * @param maxParameterResults most values that the parameter queries may give for a client
 * @param maxUserConnections most streams that a user may have open at once
 * @param tls empty without TLS
 */
public record ApiConfig(int maxBuckets, int maxParameterResults, int maxUserConnections, Optional<Tls> tls) {
    private static final int MOST = 1_000_000;

    /** What holds when nothing is said. */
    static final ApiConfig DEFAULT = new ApiConfig(1000, 1000, 200, Optional.empty());

    /** The PEM files that clients are shown. Immutable. */
    public record Tls(Path certificateFile, Path privateKeyFile) {}

    static ApiConfig read(Section section, Path folder) {
        Optional<Tls> tls = section.section("tls").flatMap(found -> readTls(found, folder));
        ApiConfig read =
                section.section("parameters").map(ApiConfig::readParameters).orElse(DEFAULT);
        section.withoutEffect("this version has no admin API", "tokens");
        section.end();
        return new ApiConfig(read.maxBuckets, read.maxParameterResults, read.maxUserConnections, tls);
    }

    private static Optional<Tls> readTls(Section section, Path folder) {
        String certificate = section.requiredText("certificate_file", "tls/fullchain.pem");
        String privateKey = section.requiredText("private_key_file", "tls/privkey.pem");
        section.end();
        return certificate.isEmpty() || privateKey.isEmpty()
                ? Optional.empty()
                : Optional.of(new Tls(file(folder, certificate), file(folder, privateKey)));
    }

    private static Path file(Path folder, String path) {
        return folder.resolve(path).normalize();
    }

    private static ApiConfig readParameters(Section parameters) {
        ApiConfig read = new ApiConfig(
                number(parameters, "max_buckets_per_connection").orElse(DEFAULT.maxBuckets),
                number(parameters, "max_parameter_query_results").orElse(DEFAULT.maxParameterResults),
                number(parameters, "max_connections_per_user").orElse(DEFAULT.maxUserConnections),
                Optional.empty());
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
