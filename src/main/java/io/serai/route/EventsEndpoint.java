package io.serai.route;

import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Receive the events that the sync config defines: one exchange for each row that a payload of the event selects.
 *
 * <p>The body is a map of the payload's columns. An exchange that fails stops the source of the change until the cause is gone.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = EventsEndpoint.SCHEME,
        title = "Serai Events",
        syntax = "serai-events:event",
        consumerOnly = true,
        remote = false,
        headersClass = ChangeHeaders.class,
        category = {Category.DATABASE})
public final class EventsEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {
    static final String SCHEME = "serai-events";

    private final EventsComponent component;

    @UriPath
    @Metadata(required = true, description = "Name of the event in `event_definitions` of the sync config.")
    private String event = "";

    EventsEndpoint(String uri, EventsComponent component) {
        super(uri, component);
        this.component = component;
    }

    /** The event's name. */
    public String getEvent() {
        return event;
    }

    /** Sets the event's name. */
    public void setEvent(String event) {
        this.event = event;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        EventsConsumer consumer = new EventsConsumer(this, component.routes(), processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("serai-events gives events, it does not take any");
    }

    @Override
    public boolean isMultipleConsumersSupported() {
        return true;
    }
}
