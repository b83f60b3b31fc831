package io.serai.source.postgres;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a Postgres source is and how it is reached. Immutable.
 *
 * @param id the source's id
 * @param password may be empty
 * @param sslMode whether and how the connection is encrypted
 * @param cacert PEM text of the authorities that sign the server's certificate, or null for those of the JVM
 * @param clientCertificate PEM text of this client's certificate chain, or null for none
 * @param clientPrivateKey PEM text (PKCS #8) of the key that belongs to it, or null for none
 * @param tlsServerName the name that the server's certificate must have, or null for {@code hostname}
 * @param slotPrefix what the slot's name begins with
 * @param failoverSlot whether standbys keep a copy of the slot, so that the log goes on where one is promoted
 * @param connectTimeout how long a connection attempt may take
 */
public record PostgresSettings(
        String id,
        String hostname,
        int port,
        String database,
        String username,
        String password,
        SslMode sslMode,
        @Nullable String cacert,
        @Nullable String clientCertificate,
        @Nullable String clientPrivateKey,
        @Nullable String tlsServerName,
        String slotPrefix,
        boolean failoverSlot,
        Duration connectTimeout) {
    /** What slots are called unless it is set otherwise. */
    public static final String DEFAULT_SLOT_PREFIX = "serai_";

    private static final int DEFAULT_PORT = 5432;
    private static final int MAX_SLOT_NAME = 63;
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Whether and how the connection is encrypted; the names are libpq's. */
    public enum SslMode {
        /** Not encrypted. */
        DISABLE,
        /** Encrypted when the server insists. */
        ALLOW,
        /** Encrypted when the server can. */
        PREFER,
        /** Encrypted; the server's certificate is not looked at. */
        REQUIRE,
        /** Encrypted; the server's certificate is signed by a known authority. */
        VERIFY_CA,
        /** Encrypted; the server's certificate is signed by a known authority and names the host. */
        VERIFY_FULL;

        /** The mode that libpq and pgjdbc call {@code name}. */
        public static SslMode parse(String name) {
            try {
                return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("not an sslmode: " + name, e);
            }
        }

        /** As libpq and pgjdbc write it, e.g. {@code verify-full}. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** A source at the place that a {@code postgresql://} URI names; {@code sslmode} may be a parameter of the URI. */
    public static PostgresSettings of(String id, String uri) {
        URI parts = URI.create(uri);
        if (!("postgresql".equals(parts.getScheme()) || "postgres".equals(parts.getScheme()))
                || parts.getHost() == null) {
            throw new IllegalArgumentException("not of the form postgresql://user:password@host:5432/database");
        }
        String user = parts.getRawUserInfo() == null ? "postgres" : parts.getRawUserInfo();
        int colon = user.indexOf(':');
        String path = parts.getRawPath() == null ? "" : parts.getRawPath();
        return new PostgresSettings(
                id,
                parts.getHost().replaceAll("^\\[|]$", ""),
                parts.getPort() < 0 ? DEFAULT_PORT : parts.getPort(),
                path.length() < 2 ? "postgres" : decoded(path.substring(1)),
                decoded(colon < 0 ? user : user.substring(0, colon)),
                colon < 0 ? "" : decoded(user.substring(colon + 1)),
                sslMode(parts.getRawQuery()),
                null,
                null,
                null,
                null,
                DEFAULT_SLOT_PREFIX,
                false,
                DEFAULT_CONNECT_TIMEOUT);
    }

    /** The name of the slot that keeps the log for one storage: never that of another storage of the same source. */
    public String slotName(String storageId) {
        String end = "_" + cleaned(storageId);
        String start = cleaned(slotPrefix + id);
        return start.substring(0, Math.min(start.length(), MAX_SLOT_NAME - end.length())) + end;
    }

    /** Where the database is, for messages; without secrets. */
    public String where() {
        return "source " + id + ", " + hostname + ":" + port + "/" + database;
    }

    /** Hides the password and the key. */
    @Override
    public String toString() {
        return "PostgresSettings[" + where() + ", user " + username + ", sslmode " + sslMode.text() + "]";
    }

    private static SslMode sslMode(@Nullable String query) {
        if (query != null) {
            for (String parameter : query.split("&")) {
                if (parameter.startsWith("sslmode=")) {
                    return SslMode.parse(parameter.substring("sslmode=".length()));
                }
            }
        }
        return SslMode.VERIFY_FULL;
    }

    private static String cleaned(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
