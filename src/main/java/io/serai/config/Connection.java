package io.serai.config;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** One entry of {@code replication.connections}: a source database. Immutable. */
public sealed interface Connection permits PostgresConnection, MongoConnection, MysqlConnection {
    /** Unique in the file; {@code default} when it is not written. */
    String id();

    /** Groups connections for the sync config; {@code default} when it is not written. */
    String tag();

    /** The id of the route template that starts for it. */
    String route();

    /** The kind of database, as {@code type} names it. */
    String type();

    /** Reads one; empty when something in it is wrong. */
    static Optional<Connection> read(Section section) {
        String type = section.requiredText("type", "postgresql");
        Common common = Common.read(section, type);
        Optional<Connection> connection = switch (type) {
            case "postgresql" -> PostgresConnection.read(section, common);
            case "mongodb" -> MongoConnection.read(section, common);
            case "mysql" -> MysqlConnection.read(section, common);
            case "" -> Optional.empty();
            default -> {
                section.reject(
                        "type",
                        "is \"" + type
                                + "\", which this version does not replicate; needed is postgresql, mongodb or mysql");
                yield Optional.empty();
            }
        };
        if (type.equals("postgresql") || type.equals("mongodb") || type.equals("mysql")) {
            section.end();
        }
        return connection;
    }

    /** What every kind of connection has. */
    record Common(String id, String tag, String route) {
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,63}");

        /** What routes call other objects than sources. */
        private static final Set<String> TAKEN = Set.of("main", "postImage", "syncRules", "debezium");

        private static Common read(Section section, String type) {
            section.withoutEffect("no request runs queries on the source", "debug_api");
            section.withoutEffect("the source may be at any address", "reject_ip_ranges");
            String id = name(section, "id", "default");
            if (TAKEN.contains(id)) {
                section.reject("id", "is \"" + id + "\", which routes use for something else; choose another");
            }
            return new Common(id, name(section, "tag", "default"), name(section, "route", type));
        }

        private static String name(Section section, String key, String otherwise) {
            String name = section.text(key).orElse(otherwise);
            if (!NAME.matcher(name).matches() && !name.isEmpty()) {
                section.reject(key, "is \"" + name + "\", needed are up to 63 letters, digits, \"_\", \"-\" and \".\"");
            }
            return name;
        }
    }
}
