package io.serai.config;

import io.serai.config.PostgresConnection.SslMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of {@code postgresql://user:password@host:5432/database?sslmode=disable}, each of which may be left out. Immutable. A user or
 * password may hold any character but those of its own end: what is before the last {@code @} is the user and the password.
 */
record PostgresUri(
        Optional<String> username,
        Optional<String> password,
        Optional<String> hostname,
        Optional<Integer> port,
        Optional<String> database,
        Optional<SslMode> sslmode,
        Optional<Integer> connectTimeout) {
    static final PostgresUri NONE = new PostgresUri(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private static final Pattern SHAPE = Pattern.compile("postgres(?:ql)?://(?:(?<user>[^:]*?)(?::(?<password>.*))?@)?"
            + "(?<host>\\[[^]]+]|[^:/?@]*)(?::(?<port>\\d{1,5}))?(?:/(?<database>[^/?@]*))?(?:\\?(?<query>[^@]*))?");

    /** Reads one; a text of another shape is an issue, which never quotes it, because it may hold a password. */
    static Optional<PostgresUri> read(Section section, String text) {
        Matcher parts = SHAPE.matcher(text);
        if (!parts.matches()) {
            section.reject("uri", "must be postgresql://user:password@host:5432/database, special characters as %XX");
            return Optional.empty();
        }
        return Optional.of(new PostgresUri(
                part(section, parts, "user"),
                part(section, parts, "password"),
                part(section, parts, "host").map(host -> host.replaceAll("^\\[|]$", "")),
                part(section, parts, "port").map(Integer::valueOf),
                part(section, parts, "database"),
                parameter(section, parts, "sslmode").flatMap(mode -> sslmode(section, mode)),
                parameter(section, parts, "connect_timeout").flatMap(seconds -> seconds(section, seconds))));
    }

    /** Hides the password. */
    @Override
    public String toString() {
        return "PostgresUri[" + hostname.orElse("") + "]";
    }

    private static Optional<String> part(Section section, Matcher parts, String name) {
        return Optional.ofNullable(parts.group(name))
                .filter(part -> !part.isEmpty())
                .map(part -> section.decoded("uri", part));
    }

    private static Optional<String> parameter(Section section, Matcher parts, String name) {
        String query = parts.group("query");
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                if (pair.startsWith(name + "=")) {
                    return Optional.of(section.decoded("uri", pair.substring(name.length() + 1)));
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<SslMode> sslmode(Section section, String mode) {
        for (SslMode known : SslMode.values()) {
            if (known.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(mode)) {
                return Optional.of(known);
            }
        }
        section.reject("uri", "has sslmode=" + mode + ", needed is verify-full, verify-ca or disable");
        return Optional.empty();
    }

    private static Optional<Integer> seconds(Section section, String seconds) {
        if (seconds.matches("[1-9]\\d{0,3}")) {
            return Optional.of(Integer.valueOf(seconds));
        }
        section.reject("uri", "has connect_timeout=" + seconds + ", needed is a number of seconds");
        return Optional.empty();
    }
}
