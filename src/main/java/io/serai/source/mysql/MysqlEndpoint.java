package io.serai.source.mysql;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.route.ChangeHeaders;
import io.serai.route.SourceEndpoint;
import io.serai.source.OnLostHistory;
import io.serai.source.SourceDatabase;
import org.apache.camel.Category;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.jspecify.annotations.Nullable;

/**
 * Replicate a MySQL database: its tables as they are and every committed row change after that, one exchange each.
 *
 * <p>The route has the steps {@code postImage}, first, {@code syncRules} and {@code serai-storage}.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "serai-mysql",
        title = "Serai MySQL",
        syntax = "serai-mysql:source",
        consumerOnly = true,
        headersClass = ChangeHeaders.class,
        category = {Category.DATABASE})
public final class MysqlEndpoint extends SourceEndpoint {
    @UriParam
    @Metadata(description = "Host of the database server; the connection is not encrypted unless a bean says so.")
    private @Nullable String hostname;

    @UriParam(defaultValue = "3306")
    @Metadata(description = "Port of the database server.")
    private int port = MysqlSettings.DEFAULT_PORT;

    @UriParam
    @Metadata(description = "Name of the database.")
    private String database = "";

    @UriParam(label = "security")
    @Metadata(secret = true, description = "User that replicates.")
    private String username = "";

    @UriParam(label = "security")
    @Metadata(secret = true, description = "Password of the user.")
    private String password = "";

    MysqlEndpoint(String uri, MysqlComponent component) {
        super(uri, component);
    }

    /**
     * The database and its tag, as the options or a bean say.
     *
     * @throws SeraiException {@link ErrorCode#CONFIG_BEAN_MISSING} when neither does
     */
    MysqlSource resolve() {
        if (hostname != null) {
            return withOptions(
                    new MysqlSource(MysqlSettings.of(getSource(), hostname, port, database, username, password)));
        }
        return switch (getCamelContext().getRegistry().lookupByName(getSource())) {
            case MysqlSource bean -> withOptions(bean);
            case MysqlSettings bean -> withOptions(new MysqlSource(bean));
            case null, default ->
                throw new SeraiException(
                        ErrorCode.CONFIG_BEAN_MISSING,
                        "No MySQL database is bound under the name \"" + getSource() + "\", and no hostname is given",
                        "endpoint " + getEndpointBaseUri(),
                        "Bind a MysqlSource under this name, or give the endpoint a hostname.");
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
        return new MysqlDatabase(resolve().settings(), storageId);
    }

    private MysqlSource withOptions(MysqlSource found) {
        return new MysqlSource(found.settings(), tagOr(found.tag()), onLostHistoryOr(found.onLostHistory()));
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
}
