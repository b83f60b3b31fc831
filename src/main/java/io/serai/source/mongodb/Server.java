package io.serai.source.mongodb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.mongodb.ClientSessionOptions;
import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCredential;
import com.mongodb.MongoInterruptedException;
import com.mongodb.ReadPreference;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The server of a source, which is given commands: the driver does the rest (connections, discovery, authentication, encryption), but no retries and
 * no cursors, because what is replied is needed whole, with the operation time and the position of a cursor. Commands go to the primary.
 * Thread-safe; connected to when it is first needed, also after {@link #close}.
 */
final class Server implements AutoCloseable {
    /** A server that has not answered for so long is gone; a change stream answers ten times a second, a read with each batch. */
    private static final int SILENCE_SECONDS = 30;

    private static final int IDLE_SECONDS = 120;

    private final MongoSettings settings;

    @GuardedBy("this")
    private @Nullable MongoClient client;

    Server(MongoSettings settings) {
        this.settings = settings;
    }

    /** The reply to a command that needs no session. */
    Reply run(String database, BsonDocument command) throws InterruptedException {
        try {
            return new Reply(database(database).runCommand(command, ReadPreference.primary(), RawBsonDocument.class));
        } catch (MongoInterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The reply to a command of a session. */
    Reply run(ClientSession session, String database, BsonDocument command) throws InterruptedException {
        try {
            return new Reply(
                    database(database).runCommand(session, command, ReadPreference.primary(), RawBsonDocument.class));
        } catch (MongoInterruptedException e) {
            throw interrupted(e);
        }
    }

    /** A session, which keeps the commands of a cursor together and adds nothing to them. */
    ClientSession session() throws InterruptedException {
        try {
            return client().startSession(ClientSessionOptions.builder()
                    .causallyConsistent(false)
                    .build());
        } catch (MongoInterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Ends the connections; commands that wait for a reply fail. */
    @Override
    public synchronized void close() {
        MongoClient ours = client;
        client = null;
        if (ours != null) {
            ours.close();
        }
    }

    private MongoDatabase database(String name) {
        return client().getDatabase(name);
    }

    private synchronized MongoClient client() {
        if (settings.client() != null) {
            return settings.client();
        }
        MongoClient opened = client;
        if (opened == null) {
            opened = open();
            client = opened;
        }
        return opened;
    }

    private MongoClient open() {
        ConnectionString uri = new ConnectionString(settings.uri());
        int timeout = Math.toIntExact(settings.connectTimeout().toMillis());
        MongoClientSettings.Builder builder = MongoClientSettings.builder()
                .applicationName("serai")
                .applyToSocketSettings(socket -> socket.connectTimeout(timeout, TimeUnit.MILLISECONDS)
                        .readTimeout(SILENCE_SECONDS, TimeUnit.SECONDS))
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(timeout, TimeUnit.MILLISECONDS)
                        .serverSelector(new OneServer()))
                .applyToConnectionPoolSettings(pool -> pool.maxConnectionIdleTime(IDLE_SECONDS, TimeUnit.SECONDS))
                .applyConnectionString(uri)
                .retryReads(false);
        if (!settings.username().isEmpty()) {
            MongoCredential inUri = uri.getCredential();
            String source = inUri == null ? authSource() : inUri.getSource();
            builder.credential(MongoCredential.createCredential(
                    settings.username(), source, settings.password().toCharArray()));
        }
        return MongoClients.create(builder.build());
    }

    /** Where the user of the settings is known, when the URI names none: as the driver takes it from a URI. */
    private String authSource() {
        int option = settings.uri().indexOf("authSource=");
        if (option < 0) {
            return "admin";
        }
        String rest = settings.uri().substring(option + "authSource=".length());
        int end = rest.indexOf('&');
        return end < 0 ? rest : rest.substring(0, end);
    }

    private static InterruptedException interrupted(MongoInterruptedException cause) {
        InterruptedException interrupted = new InterruptedException("while the server was waited for");
        interrupted.initCause(cause);
        return interrupted;
    }
}
