package io.serai.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A MySQL database as a source. Immutable.
 *
 * @param password empty for a server that asks for none
 * @param sslmode whether and how connections are encrypted
 * @param cacert the authority's certificate, as PEM text
 * @param client what the server is shown that asks for a certificate
 * @param serverId the number of the replica, or 0 for one of our choice
 * @param onLostHistory what becomes of the source when its binary log does not go on from the stored position
 * @param connectTimeout how long a connection may take to open
 */
public record MysqlConnection(
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
        long serverId,
        LostHistory onLostHistory,
        Duration connectTimeout)
        implements Connection {
    private static final int DEFAULT_PORT = 3306;
    private static final int DEFAULT_CONNECT_SECONDS = 10;
    private static final Pattern SHAPE = Pattern.compile("mysql://(?:(?<username>[^:]*?)(?::(?<password>.*))?@)?"
            + "(?<hostname>\\[[^]]+]|[^:/?@]+)(?::(?<port>\\d{1,5}))?(?:/(?<database>[^/?@]*))?(?:\\?[^@]*)?");

    /** Whether and how the connections are encrypted. */
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
        return "mysql";
    }

    /** Tells where the database is, without its secrets. */
    @Override
    public String toString() {
        return id + " (" + hostname + ":" + port + "/" + database + ", user " + username + ")";
    }

    static Optional<Connection> read(Section section, Common common) {
        Matcher uri = section.text("uri").map(SHAPE::matcher).orElse(null);
        if (uri != null && !uri.matches()) {
            section.reject("uri", "must be mysql://user:password@host:3306/database, special characters as %XX");
        }
        section.withoutEffect("connections are opened as they are needed", "max_pool_size");
        section.withoutEffect("what waits is bounded in bytes by itself", "binlog_queue_memory_limit");
        Optional<String> cacert = section.text("cacert");
        Optional<ClientCertificate> client = ClientCertificate.read(section);
        SslMode sslmode = section.choice("sslmode", SslMode.class)
                .orElse(cacert.isPresent() || client.isPresent() ? SslMode.VERIFY_FULL : SslMode.DISABLE);
        if (sslmode == SslMode.VERIFY_CA && cacert.isEmpty()) {
            section.reject("sslmode", "is \"verify-ca\", which needs \"cacert\"");
        }
        if (sslmode == SslMode.DISABLE && client.isPresent()) {
            section.reject("sslmode", "is \"disable\", but only encrypted connections show a client certificate");
        }
        return Optional.of(new MysqlConnection(
                common.id(),
                common.tag(),
                common.route(),
                needed(section, "hostname", uri, "db.example.com").replaceAll("^\\[|]$", ""),
                section.number("port", 1, 65535)
                        .or(() -> part(section, uri, "port").map(Integer::valueOf))
                        .orElse(DEFAULT_PORT),
                needed(section, "database", uri, "app"),
                needed(section, "username", uri, "repl_user"),
                section.text("password")
                        .or(() -> part(section, uri, "password"))
                        .orElse(""),
                sslmode,
                cacert,
                client,
                section.number("server_id", 1, Integer.MAX_VALUE).orElse(0),
                section.choice("on_lost_history", LostHistory.class).orElse(LostHistory.RESNAPSHOT),
                Duration.ofSeconds(section.number("connect_timeout", 1, 3600).orElse(DEFAULT_CONNECT_SECONDS))));
    }

    /** A key that may stand in the URI instead. One that stands nowhere is an issue, unless the URI itself is one already. */
    private static String needed(Section section, String key, @Nullable Matcher uri, String example) {
        Optional<String> text = section.text(key).or(() -> part(section, uri, key));
        if (text.isPresent() || (uri != null && !uri.matches())) {
            return text.orElse("");
        }
        if (uri != null) {
            section.reject("uri", "has no " + key + "; write mysql://user:password@host:3306/database");
            return "";
        }
        return section.requiredText(key, example);
    }

    private static Optional<String> part(Section section, @Nullable Matcher uri, String name) {
        return uri == null || !uri.matches()
                ? Optional.empty()
                : Optional.ofNullable(uri.group(name))
                        .filter(part -> !part.isEmpty())
                        .map(part -> section.decoded("uri", part));
    }
}
