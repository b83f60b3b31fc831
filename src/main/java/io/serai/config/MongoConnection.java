package io.serai.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A MongoDB replica set or sharded cluster as a source. Immutable.
 *
 * @param uri {@code mongodb://} or {@code mongodb+srv://}, with the driver's options
 * @param database what the sync config calls its collections without a database
 * @param username replaces that of the URI; empty for the URI's
 * @param password belongs to {@code username}
 * @param postImages what becomes of the collections' post-images
 * @param onLostHistory what becomes of the source when its change stream does not go on from the stored position
 * @param connectTimeout how long it may take to find a server and to connect to it
 */
public record MongoConnection(
        String id,
        String tag,
        String route,
        String uri,
        String database,
        String username,
        String password,
        PostImages postImages,
        LostHistory onLostHistory,
        Duration connectTimeout)
        implements Connection {
    private static final int DEFAULT_CONNECT_SECONDS = 10;
    private static final Pattern SHAPE =
            Pattern.compile("mongodb(?:\\+srv)?://(?:.*@)?(?<hosts>[^/@?]+)(?:/(?<database>[^?@/]*))?(?:\\?[^@]*)?");

    /** What becomes of the collections' post-images. */
    public enum PostImages {
        /** The collections stay as they are, and changed documents are read again. */
        OFF,
        /** They are switched on where they are not. */
        AUTO_CONFIGURE,
        /** The collections stay as they are; one without post-images stops the start. */
        READ_ONLY
    }

    @Override
    public String type() {
        return "mongodb";
    }

    /** Tells where the database is, without its secrets. */
    @Override
    public String toString() {
        Matcher parts = SHAPE.matcher(uri);
        return id + " (" + (parts.matches() ? parts.group("hosts") : "") + "/" + database + ")";
    }

    static Optional<Connection> read(Section section, Common common) {
        if (!section.has("uri")) {
            section.requiredText("uri", "mongodb://user:password@db.example.com:27017/app");
        }
        Optional<String> uri = section.text("uri");
        Matcher parts = SHAPE.matcher(uri.orElse(""));
        boolean isUri = parts.matches();
        if (!isUri && uri.isPresent()) {
            section.reject("uri", "must be mongodb://user:password@host:27017/database, special characters as %XX");
        }
        Optional<String> inUri =
                isUri ? Optional.ofNullable(parts.group("database")).filter(name -> !name.isEmpty()) : Optional.empty();
        Optional<String> database = section.text("database").or(() -> inUri.map(name -> section.decoded("uri", name)));
        if (database.isEmpty() && isUri) {
            section.reject("uri", "has no database; write mongodb://user:password@host:27017/database");
        }
        Optional<String> username = section.text("username");
        Optional<String> password = section.text("password");
        if (username.isEmpty() && password.isPresent()) {
            section.reject("password", "needs \"username\" beside it");
        }
        section.withoutEffect("connections are opened as they are needed", "max_pool_size");
        return Optional.of(new MongoConnection(
                common.id(),
                common.tag(),
                common.route(),
                uri.orElse(""),
                database.orElse(""),
                username.orElse(""),
                password.orElse(""),
                section.choice("post_images", PostImages.class, '_').orElse(PostImages.AUTO_CONFIGURE),
                section.choice("on_lost_history", LostHistory.class).orElse(LostHistory.RESNAPSHOT),
                Duration.ofSeconds(section.number("connect_timeout", 1, 3600).orElse(DEFAULT_CONNECT_SECONDS))));
    }
}
