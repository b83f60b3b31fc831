package io.serai.source.mysql;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a MySQL source is and how it is reached. Immutable.
 *
 * @param id the source's id
 * @param database what the sync config calls its tables without a database
 * @param password may be empty
 * @param encryption whether and how connections are encrypted
 * @param cacert PEM text of the authorities that sign the server's certificate, or null for those of the JVM
 * @param clientCertificate PEM text of this client's certificate chain, or null for none
 * @param clientPrivateKey PEM text (PKCS #8) of the key that belongs to it, or null for none
 * @param serverId the number of this replica at the server, which no other one has; 0 for one that follows from the storage's id
 * @param connectTimeout how long a connection attempt may take
 */
public record MysqlSettings(
        String id,
        String hostname,
        int port,
        String database,
        String username,
        String password,
        Encryption encryption,
        @Nullable String cacert,
        @Nullable String clientCertificate,
        @Nullable String clientPrivateKey,
        long serverId,
        Duration connectTimeout) {
    /** The port of MySQL. */
    public static final int DEFAULT_PORT = 3306;

    /** How long a connection may take unless it is set otherwise. */
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** Small numbers are what people give to their servers. */
    private static final int FIRST_OWN_SERVER_ID = 1 << 20;

    /** Whether and how connections are encrypted. */
    public enum Encryption {
        /** Not encrypted; for private networks only. */
        DISABLE,
        /** Encrypted; the server's certificate is signed by a known authority. */
        VERIFY_CA,
        /** Encrypted; the server's certificate is signed by a known authority and names the host. */
        VERIFY_FULL
    }

    /** A source that is reached without encryption. */
    public static MysqlSettings of(
            String id, String hostname, int port, String database, String username, String password) {
        return new MysqlSettings(
                id,
                hostname,
                port,
                database,
                username,
                password,
                Encryption.DISABLE,
                null,
                null,
                null,
                0,
                DEFAULT_CONNECT_TIMEOUT);
    }

    /** The number of the replica that belongs to a storage. */
    long serverId(String storageId) {
        return serverId != 0
                ? serverId
                : FIRST_OWN_SERVER_ID
                        + Integer.toUnsignedLong((storageId + '/' + id).hashCode())
                                % (Integer.MAX_VALUE - FIRST_OWN_SERVER_ID);
    }

    /** The UUID of the replica that belongs to a storage: the server ends an older connection that has it. */
    UUID replica(String storageId) {
        return UUID.nameUUIDFromBytes((storageId + '/' + id).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** Where the database is, for messages; without secrets. */
    public String where() {
        return "source " + id + ", " + hostname + ":" + port + "/" + database;
    }

    /** Hides the password and the key. */
    @Override
    public String toString() {
        return "MysqlSettings[" + where() + ", user " + username + "]";
    }
}
