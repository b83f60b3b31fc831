package io.serai.source.mongodb;

import com.mongodb.client.MongoClient;
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
 * Replicate a MongoDB replica set or sharded cluster: its collections as they are and every committed change of a document after that, one exchange each.
 *
 * <p>The route has the steps {@code postImage}, first, {@code syncRules} and {@code serai-storage}. Options that camel-mongodb has, too, have its names.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "serai-mongodb",
        title = "Serai MongoDB",
        syntax = "serai-mongodb:source",
        consumerOnly = true,
        headersClass = ChangeHeaders.class,
        category = {Category.DATABASE})
public final class MongoEndpoint extends SourceEndpoint {
    @UriParam
    @Metadata(description = "Name of a bean, MongoClient, instead of the source's.")
    private @Nullable String connectionBean;

    @UriParam(label = "security")
    @Metadata(
            secret = true,
            description = "URI of the servers, mongodb:// or mongodb+srv://, with the driver's options.")
    private @Nullable String connectionUriString;

    @UriParam
    @Metadata(description = "Name of the database; needed with a MongoClient or a connectionUriString that names none.")
    private @Nullable String database;

    @UriParam(label = "security")
    @Metadata(secret = true, description = "User that replicates, instead of the URI's.")
    private @Nullable String username;

    @UriParam(label = "security")
    @Metadata(secret = true, description = "Password of the user.")
    private @Nullable String password;

    @UriParam
    @Metadata(
            description =
                    "Whether collections are made to record the document after each change; AUTO_CONFIGURE unless the bean says otherwise.")
    private @Nullable PostImages postImages;

    MongoEndpoint(String uri, MongoComponent component) {
        super(uri, component);
    }

    /**
     * The database and its tag, as the options or a bean say.
     *
     * @throws SeraiException {@link ErrorCode#CONFIG_BEAN_MISSING} when neither does
     */
    MongoSource resolve() {
        if (connectionUriString != null) {
            return withOptions(new MongoSource(MongoSettings.of(
                    getSource(),
                    connectionUriString,
                    MongoSettings.databaseOf(connectionUriString),
                    PostImages.AUTO_CONFIGURE)));
        }
        String bean = connectionBean == null ? getSource() : connectionBean;
        return switch (getCamelContext().getRegistry().lookupByName(bean)) {
            case MongoSource found -> withOptions(found);
            case MongoSettings found -> withOptions(new MongoSource(found));
            case MongoClient found ->
                withOptions(new MongoSource(MongoSettings.of(getSource(), found, "", PostImages.AUTO_CONFIGURE)));
            case null, default ->
                throw new SeraiException(
                        ErrorCode.CONFIG_BEAN_MISSING,
                        "No MongoDB database is bound under the name \"" + bean
                                + "\", and no connectionUriString is given",
                        "endpoint " + getEndpointBaseUri(),
                        "Bind a MongoSource or a MongoClient under this name, or give the endpoint a connectionUriString.");
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
        return new MongoDatabase(resolve().settings(), storageId);
    }

    private MongoSource withOptions(MongoSource found) {
        MongoSettings settings = found.settings();
        String name = database == null ? settings.database() : database;
        if (name.isEmpty()) {
            throw new SeraiException(
                    ErrorCode.CONFIG_BEAN_MISSING,
                    "The endpoint does not say which database is replicated",
                    "endpoint " + getEndpointBaseUri(),
                    "Give it the option database.");
        }
        return new MongoSource(
                new MongoSettings(
                        getSource(),
                        settings.uri(),
                        name,
                        username == null ? settings.username() : username,
                        password == null ? settings.password() : password,
                        postImages == null ? settings.postImages() : postImages,
                        settings.connectTimeout(),
                        settings.client()),
                tagOr(found.tag()),
                onLostHistoryOr(found.onLostHistory()));
    }

    /** The name of the bean, or null for the source's. */
    public @Nullable String getConnectionBean() {
        return connectionBean;
    }

    /** Sets the name of the bean. */
    public void setConnectionBean(String connectionBean) {
        this.connectionBean = connectionBean;
    }

    /** The URI of the servers, or null for the bean's. */
    public @Nullable String getConnectionUriString() {
        return connectionUriString;
    }

    /** Sets the URI of the servers. */
    public void setConnectionUriString(String connectionUriString) {
        this.connectionUriString = connectionUriString;
    }

    /** The database, or null for the URI's or the bean's. */
    public @Nullable String getDatabase() {
        return database;
    }

    /** Sets the database. */
    public void setDatabase(String database) {
        this.database = database;
    }

    /** The user, or null for the URI's. */
    public @Nullable String getUsername() {
        return username;
    }

    /** Sets the user. */
    public void setUsername(String username) {
        this.username = username;
    }

    /** The password of the user. */
    public @Nullable String getPassword() {
        return password;
    }

    /** Sets the password of the user. */
    public void setPassword(String password) {
        this.password = password;
    }

    /** What becomes of post-images, or null for what the bean says. */
    public @Nullable PostImages getPostImages() {
        return postImages;
    }

    /** Sets what becomes of post-images. */
    public void setPostImages(PostImages postImages) {
        this.postImages = postImages;
    }
}
