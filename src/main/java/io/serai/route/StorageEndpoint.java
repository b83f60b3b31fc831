package io.serai.route;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Store row changes of a Serai source in a bucket storage.
 *
 * <p>The end of a route that starts with a Serai source and has the steps {@code postImage} and {@code syncRules} before it.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "serai-storage",
        title = "Serai Storage",
        syntax = "serai-storage:name",
        producerOnly = true,
        remote = false,
        category = {Category.DATABASE})
public final class StorageEndpoint extends DefaultEndpoint {
    /** The name of a storage that nothing names. */
    public static final String DEFAULT_NAME = "main";

    @UriPath(defaultValue = DEFAULT_NAME)
    @Metadata(description = "Name of the storage: the one that the source of the changes writes to.")
    private String name = DEFAULT_NAME;

    StorageEndpoint(String uri, StorageComponent component) {
        super(uri, component);
    }

    /** The name of the storage. */
    public String getName() {
        return name;
    }

    /** Sets the name of the storage. */
    public void setName(String name) {
        this.name = name;
    }

    @Override
    public Producer createProducer() {
        return new StorageProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("serai-storage takes changes, it does not give any");
    }

    @Override
    public boolean isSingletonProducer() {
        return true;
    }
}
