package io.serai.source.mongodb;

import com.mongodb.client.MongoClient;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where a MongoDB source is and how it is reached. Immutable.
 *
 * @param id the source's id
 * @param uri {@code mongodb://} or {@code mongodb+srv://}, with the driver's options; unused with a {@code client}
 * @param database what the sync config calls its collections without a database; also where the markers are written
 * @param username replaces that of the URI; empty for the URI's
 * @param password belongs to {@code username}
 * @param postImages what becomes of the collections' post-images
 * @param connectTimeout how long it may take to find a server and to connect to it
 * @param client an application's own client, which is used as it is and not closed; null for one of our own
 */
public record MongoSettings(
        String id,
        String uri,
        String database,
        String username,
        String password,
        PostImages postImages,
        Duration connectTimeout,
        @Nullable MongoClient client) {
    /** How long a connection may take unless it is set otherwise. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** A source at this URI. */
    public static MongoSettings of(String id, String uri, String database, PostImages postImages) {
        return new MongoSettings(id, uri, database, "", "", postImages, DEFAULT_CONNECT_TIMEOUT, null);
    }

    /** A source that an application's own client reaches. */
    public static MongoSettings of(String id, MongoClient client, String database, PostImages postImages) {
        return new MongoSettings(id, "", database, "", "", postImages, DEFAULT_CONNECT_TIMEOUT, client);
    }

    /** The database that a URI names, or nothing. */
    public static String databaseOf(String uri) {
        String rest = uri.substring(uri.indexOf("://") + 3).replaceFirst("[?].*", "");
        int slash = rest.indexOf('/', rest.lastIndexOf('@') + 1);
        return slash < 0
                ? ""
                : URLDecoder.decode(rest.substring(slash + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Where the database is, for messages; without secrets. */
    public String where() {
        String hosts = uri.replaceFirst("^[^:]+://", "");
        hosts = hosts.substring(hosts.lastIndexOf('@') + 1).replaceFirst("[/?].*", "");
        return "source " + id + (hosts.isEmpty() ? "" : ", " + hosts) + "/" + database;
    }

    /** Hides the password. */
    @Override
    public String toString() {
        return "MongoSettings[" + where() + "]";
    }
}
