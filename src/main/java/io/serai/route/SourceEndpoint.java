package io.serai.route;

import io.serai.source.OnLostHistory;
import io.serai.source.SourceDatabase;
import io.serai.syncrules.SyncRules;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/** An endpoint whose consumer replicates a source, with the options that all kinds of sources have. */
public abstract class SourceEndpoint extends DefaultEndpoint {
    @UriPath
    @Metadata(
            required = true,
            description = "Id of the source. Where no option says where the database is, a bean with this name does.")
    private String source = "";

    @UriParam(defaultValue = StorageEndpoint.DEFAULT_NAME)
    @Metadata(description = "Name of the storage that the changes go to: of a bean, and of the serai-storage step.")
    private String storage = StorageEndpoint.DEFAULT_NAME;

    @UriParam(defaultValue = SyncRules.DEFAULT_TAG)
    @Metadata(
            description = "What the tables of the sync rules call this connection; that of the bean, if there is one.")
    private @Nullable String tag;

    @UriParam
    @Metadata(
            description =
                    "What to do when the log does not go on from the stored position; RESNAPSHOT unless the bean says otherwise.")
    private @Nullable OnLostHistory onLostHistory;

    /** An endpoint of this component. */
    protected SourceEndpoint(String uri, Component component) {
        super(uri, component);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        SourceConsumer consumer = new SourceConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("a source gives changes, it does not take any");
    }

    /**
     * What the sync rules call its connection.
     *
     * @throws io.serai.error.SeraiException when a bean is missing that says it
     */
    public abstract String connectionTag();

    /** What becomes of the source when its history is lost. */
    public abstract OnLostHistory lostHistory();

    /** The source's database, as it is replicated into the storage with this id; whoever asks closes it. */
    public abstract SourceDatabase sourceDatabase(String storageId);

    /** The option's tag, else this one. */
    protected final String tagOr(String other) {
        return tag == null ? other : tag;
    }

    /** What the option says of lost history, else this. */
    protected final OnLostHistory onLostHistoryOr(OnLostHistory other) {
        return onLostHistory == null ? other : onLostHistory;
    }

    /** The source's id. */
    public String getSource() {
        return source;
    }

    /** Sets the source's id. */
    public void setSource(String source) {
        this.source = source;
    }

    /** The name of the storage. */
    public String getStorage() {
        return storage;
    }

    /** Sets the name of the storage. */
    public void setStorage(String storage) {
        this.storage = storage;
    }

    /** The tag, or null for that of the bean. */
    public @Nullable String getTag() {
        return tag;
    }

    /** Sets the tag. */
    public void setTag(String tag) {
        this.tag = tag;
    }

    /** What to do when history is lost, or null for what the bean says. */
    public @Nullable OnLostHistory getOnLostHistory() {
        return onLostHistory;
    }

    /** Sets what to do when history is lost. */
    public void setOnLostHistory(OnLostHistory onLostHistory) {
        this.onLostHistory = onLostHistory;
    }
}
