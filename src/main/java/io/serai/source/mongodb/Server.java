package io.serai.source.mongodb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.mongodb.ClientSessionOptions;
import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCredential;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ReadPreference;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
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

    private static final int LONGEST_SILENCE_SECONDS = 1800;
    private static final int IDLE_SECONDS = 120;

    private final MongoSettings settings;

    @GuardedBy("this")
    private @Nullable MongoClient client;

    /** A server that reads millions of entries of its log for one answer is silent, too. */
    @GuardedBy("this")
    private int silenceSeconds;

    private final int leastSilenceSeconds;

    private volatile boolean hasCaughtUp;

    /** Whether the last command found no server. */
    private volatile boolean isGone;

    Server(MongoSettings settings) {
        this(settings, SILENCE_SECONDS);
    }

    /** @param silenceSeconds how long an answer is waited for, unless one took longer */
    Server(MongoSettings settings, int silenceSeconds) {
        this.settings = settings;
        this.silenceSeconds = silenceSeconds;
        this.leastSilenceSeconds = silenceSeconds;
    }

    /** The reply to a command that needs no session. */
    Reply run(String database, BsonDocument command) throws InterruptedException {
        return run(() -> database(database).runCommand(command, ReadPreference.primary(), RawBsonDocument.class));
    }

    /** The reply to a command of a session. */
    Reply run(ClientSession session, String database, BsonDocument command) throws InterruptedException {
        return run(
                () -> database(database).runCommand(session, command, ReadPreference.primary(), RawBsonDocument.class));
    }

    private Reply run(Supplier<RawBsonDocument> command) throws InterruptedException {
        int silence = silenceSeconds();
        try {
            Reply reply = new Reply(command.get());
            isGone = false;
            return reply;
        } catch (MongoInterruptedException e) {
            throw interrupted(e);
        } catch (MongoSocketReadTimeoutException e) {
            isGone = true;
            waitLonger(silence);
            throw e;
        } catch (MongoSocketException | MongoTimeoutException e) {
            isGone = true;
            throw e;
        }
    }

    /** Whether it stands for the shards of a cluster. */
    boolean isRouter() throws InterruptedException {
        return run("admin", new BsonDocument("hello", new BsonInt32(1)))
                .document()
                .containsKey("msg");
    }

    /** Whether the last command found no server, so that one which only cleans up had better not be sent. */
    boolean isGone() {
        return isGone;
    }

    private synchronized int silenceSeconds() {
        return silenceSeconds;
    }

    /**
     * Lets answers take twice as long from the next connections on, or else a command that takes long would fail again and again. Once the streams have
     * caught up none does: then the server is silent. Of commands that failed together only the first counts.
     */
    private synchronized void waitLonger(int former) {
        if (!hasCaughtUp && silenceSeconds == former) {
            silenceSeconds = Math.min(2 * silenceSeconds, LONGEST_SILENCE_SECONDS);
            close();
        }
    }

    /** The streams have come to the end of the log: nothing takes long from here on. */
    void caughtUp() {
        hasCaughtUp = true;
    }

    /** Notices a silent server early again, if the streams had caught up; called while none is open. */
    synchronized void renew() {
        if (hasCaughtUp && silenceSeconds != leastSilenceSeconds) {
            silenceSeconds = leastSilenceSeconds;
            close();
        }
        hasCaughtUp = false;
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
            opened = open(silenceSeconds);
            client = opened;
        }
        return opened;
    }

    private MongoClient open(int silence) {
        ConnectionString uri = new ConnectionString(settings.uri());
        int timeout = Math.toIntExact(settings.connectTimeout().toMillis());
        MongoClientSettings.Builder builder = MongoClientSettings.builder()
                .applicationName("serai")
                .applyToSocketSettings(socket ->
                        socket.connectTimeout(timeout, TimeUnit.MILLISECONDS).readTimeout(silence, TimeUnit.SECONDS))
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
