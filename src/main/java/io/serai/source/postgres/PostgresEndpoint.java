package io.serai.source.postgres;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.route.ChangeHeaders;
import io.serai.route.SourceEndpoint;
import io.serai.source.OnLostHistory;
import io.serai.source.SourceDatabase;
import io.serai.syncrules.SyncRules;
import java.time.Duration;
import org.apache.camel.Category;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.jspecify.annotations.Nullable;

/**
 * Replicate a Postgres database: its tables as they are and every committed row change after that, one exchange each.
 *
 * <p>The route has the steps {@code postImage}, first, {@code syncRules} and {@code serai-storage}.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "serai-postgres",
        title = "Serai Postgres",
        syntax = "serai-postgres:source",
        consumerOnly = true,
        headersClass = ChangeHeaders.class,
        category = {Category.DATABASE})
public final class PostgresEndpoint extends SourceEndpoint {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    @UriParam
    @Metadata(description = "Host of the database server.")
    private @Nullable String hostname;

    @UriParam(defaultValue = "5432")
    @Metadata(description = "Port of the database server.")
    private int port = 5432;

    @UriParam(defaultValue = "postgres")
    @Metadata(description = "Name of the database.")
    private String database = "postgres";

    @UriParam(label = "security")
    @Metadata(secret = true, description = "User that replicates.")
    private String username = "postgres";

    @UriParam(label = "security")
    @Metadata(secret = true, description = "Password of the user.")
    private String password = "";

    @UriParam(
            label = "security",
            defaultValue = "verify-full",
            enums = "disable,allow,prefer,require,verify-ca,verify-full")
    @Metadata(description = "Whether and how the connection is encrypted.")
    private String sslmode = "verify-full";

    @UriParam(defaultValue = PostgresSettings.DEFAULT_SLOT_PREFIX)
    @Metadata(description = "What the name of the replication slot begins with.")
    private String slotPrefix = PostgresSettings.DEFAULT_SLOT_PREFIX;

    @UriParam
    @Metadata(description = "Whether standbys keep a copy of the slot (Postgres 17 and newer); used with hostname.")
    private boolean failoverSlot;

    PostgresEndpoint(String uri, PostgresComponent component) {
        super(uri, component);
    }

    /**
     * The database and its tag, as the options or a bean say.
     *
     * @throws SeraiException {@link ErrorCode#CONFIG_BEAN_MISSING} when neither does
     */
    PostgresSource resolve() {
        if (hostname != null) {
            return new PostgresSource(
                    new PostgresSettings(
                            getSource(),
                            hostname,
                            port,
                            database,
                            username,
                            password,
                            PostgresSettings.SslMode.parse(sslmode),
                            null,
                            null,
                            null,
                            null,
                            slotPrefix,
                            failoverSlot,
                            CONNECT_TIMEOUT),
                    tagOr(SyncRules.DEFAULT_TAG),
                    onLostHistoryOr(OnLostHistory.RESNAPSHOT));
        }
        return switch (getCamelContext().getRegistry().lookupByName(getSource())) {
            case PostgresSource bean ->
                new PostgresSource(bean.settings(), tagOr(bean.tag()), onLostHistoryOr(bean.onLostHistory()));
            case PostgresSettings bean ->
                new PostgresSource(bean, tagOr(SyncRules.DEFAULT_TAG), onLostHistoryOr(OnLostHistory.RESNAPSHOT));
            case null, default ->
                throw new SeraiException(
                        ErrorCode.CONFIG_BEAN_MISSING,
                        "No Postgres database is bound under the name \"" + getSource()
                                + "\", and no hostname is given",
                        "endpoint " + getEndpointBaseUri(),
                        "Bind a PostgresSource under this name, or give the endpoint a hostname.");
        };
    }

    @Override
    public String connectionTag() {
        return resolve().tag();
    }

    @Override
    public OnLostHistory lostHistory() {
        return resolve().onLostHistory();
    }

    @Override
    public SourceDatabase sourceDatabase(String storageId) {
        return new PostgresDatabase(resolve().settings(), storageId);
    }

    /** The host, or null for the bean's. */
    public @Nullable String getHostname() {
        return hostname;
    }

    /** Sets the host. */
    public void setHostname(String hostname) {
        this.hostname = hostname;
    }

    /** The port. */
    public int getPort() {
        return port;
    }

    /** Sets the port. */
    public void setPort(int port) {
        this.port = port;
    }

    /** The database's name. */
    public String getDatabase() {
        return database;
    }

    /** Sets the database's name. */
    public void setDatabase(String database) {
        this.database = database;
    }

    /** The user. */
    public String getUsername() {
        return username;
    }

    /** Sets the user. */
    public void setUsername(String username) {
        this.username = username;
    }

    /** The password. */
    public String getPassword() {
        return password;
    }

    /** Sets the password. */
    public void setPassword(String password) {
        this.password = password;
    }

    /** How the connection is encrypted. */
    public String getSslmode() {
        return sslmode;
    }

    /** Sets how the connection is encrypted. */
    public void setSslmode(String sslmode) {
        this.sslmode = sslmode;
    }

    /** What the slot's name begins with. */
    public String getSlotPrefix() {
        return slotPrefix;
    }

    /** Sets what the slot's name begins with. */
    public void setSlotPrefix(String slotPrefix) {
        this.slotPrefix = slotPrefix;
    }

    /** Whether standbys keep a copy of the slot. */
    public boolean isFailoverSlot() {
        return failoverSlot;
    }

    /** Sets whether standbys keep a copy of the slot. */
    public void setFailoverSlot(boolean failoverSlot) {
        this.failoverSlot = failoverSlot;
    }
}
