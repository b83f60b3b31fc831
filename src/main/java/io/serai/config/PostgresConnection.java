package io.serai.config;

import java.time.Duration;
import java.util.Optional;

/**
 * A Postgres database as a source. Immutable.
 *
 * @param password empty for a server that asks for none
 * @param cacert the authority's certificate, as PEM text
 * @param client what the server is shown that asks for a certificate
 * @param tlsServername the name that the server's certificate must have, when it is not {@code hostname}
 * @param slotNamePrefix what the replication slot's name starts with
 * @param failoverSlot whether standbys keep a copy of the slot
 * @param onLostHistory what becomes of the source when its log does not go on from the stored position
 * @param connectTimeout how long a connection may take to open
 */
public record PostgresConnection(
        String id,
        String tag,
        String route,
        String hostname,
        int port,
        String database,
        String username,
        String password,
        SslMode sslmode,
        Optional<String> cacert,
        Optional<ClientCertificate> client,
        Optional<String> tlsServername,
        String slotNamePrefix,
        boolean failoverSlot,
        LostHistory onLostHistory,
        Duration connectTimeout)
        implements Connection {
    private static final int DEFAULT_PORT = 5432;
    private static final int DEFAULT_CONNECT_SECONDS = 10;

    /** Whether and how the connection is encrypted. */
    public enum SslMode {
        /** Encrypted; the server's certificate is signed by a known authority and names the host. */
        VERIFY_FULL,
        /** Encrypted; the server's certificate is signed by {@code cacert}. */
        VERIFY_CA,
        /** Not encrypted; for private networks only. */
        DISABLE
    }

    @Override
    public String type() {
        return "postgresql";
    }

    /** Tells where the database is, without its secrets. */
    @Override
    public String toString() {
        return id + " (" + hostname + ":" + port + "/" + database + ", user " + username + ")";
    }

    static Optional<Connection> read(Section section, Common common) {
        PostgresUri uri = section.text("uri")
                .flatMap(text -> PostgresUri.read(section, text))
                .orElse(PostgresUri.NONE);
        section.withoutEffect("connections are opened as they are needed", "max_pool_size");
        section.withoutEffect("a slow storage never breaks a copy", "snapshot_socket_timeout");
        section.withoutEffect("an idle slot advances by itself", "heartbeat_interval_seconds");
        SslMode sslmode =
                section.choice("sslmode", SslMode.class).or(uri::sslmode).orElse(SslMode.VERIFY_FULL);
        Optional<String> cacert = section.text("cacert");
        if (sslmode == SslMode.VERIFY_CA && cacert.isEmpty()) {
            section.reject("sslmode", "is \"verify-ca\", which needs \"cacert\"");
        }
        return Optional.of(new PostgresConnection(
                common.id(),
                common.tag(),
                common.route(),
                needed(section, "hostname", uri, uri.hostname(), "db.example.com"),
                section.number("port", 1, 65535).or(uri::port).orElse(DEFAULT_PORT),
                needed(section, "database", uri, uri.database(), "postgres"),
                needed(section, "username", uri, uri.username(), "powersync_role"),
                section.text("password").or(uri::password).orElse(""),
                sslmode,
                cacert,
                ClientCertificate.read(section),
                section.text("tls_servername"),
                section.text("slot_name_prefix").orElse("serai_"),
                section.flag("failover_slot").orElse(false),
                section.choice("on_lost_history", LostHistory.class).orElse(LostHistory.RESNAPSHOT),
                Duration.ofSeconds(section.number("connect_timeout", 1, 3600)
                        .or(uri::connectTimeout)
                        .orElse(DEFAULT_CONNECT_SECONDS))));
    }

    /** A key that may stand in the URI instead. One that stands nowhere is an issue, unless the URI itself is one already. */
    private static String needed(Section section, String key, PostgresUri uri, Optional<String> inUri, String example) {
        Optional<String> text = section.text(key).or(() -> inUri);
        if (text.isPresent() || (section.has("uri") && uri == PostgresUri.NONE)) {
            return text.orElse("");
        }
        if (section.has("uri")) {
            section.reject("uri", "has no " + key + "; write postgresql://user:password@host:5432/database");
            return "";
        }
        return section.requiredText(key, example);
    }
}
