package io.serai.route;

import io.serai.change.RowChange;
import io.serai.change.SourcePosition;
import io.serai.source.ChangeRoute;
import io.serai.source.RoutedChange;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.Message;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A Camel route as the way of changes: makes one exchange of each change, sends it through the route on the calling thread, and says what became
 * of it when the route is through. A change that was stored then fires its events, on the same thread. Thread-safe.
 */
public final class ExchangeRoute implements ChangeRoute {
    private final DefaultConsumer consumer;
    private final String storage;
    private final EventRoutes events;

    /** All changes of a transaction have one position, so its text is made once. */
    private volatile PositionText lastPosition;

    /** The route of {@code consumer}, whose source writes to the storage of this name. */
    public ExchangeRoute(DefaultConsumer consumer, String storage) {
        this.consumer = consumer;
        this.storage = storage;
        this.events =
                EventsComponent.of(consumer.getEndpoint().getCamelContext()).routes();
        this.lastPosition = new PositionText(null, "");
    }

    /** Whether the exchange is one that a route of changes made. */
    public static boolean carriesAChange(Exchange exchange) {
        return RoutedExchange.find(exchange) != null;
    }

    @Override
    public void route(RoutedChange change) throws Exception {
        Exchange exchange = consumer.createExchange(false);
        try {
            fill(exchange, change);
            consumer.getProcessor().process(exchange);
            settle(exchange, change);
        } finally {
            consumer.releaseExchange(exchange, false);
        }
        for (EventsConsumer event : events.all()) {
            event.take(change, message -> addHeaders(message, change));
        }
    }

    private void fill(Exchange exchange, RoutedChange change) {
        RoutedExchange.attach(exchange, change, storage);
        Message message = exchange.getMessage();
        message.setBody(change.change());
        addHeaders(message, change);
    }

    private void addHeaders(Message message, RoutedChange change) {
        RowChange body = change.change();
        message.setHeader(ChangeHeaders.SOURCE, change.source());
        message.setHeader(ChangeHeaders.TABLE, body.table().toString());
        message.setHeader(ChangeHeaders.OPERATION, operation(body));
        message.setHeader(ChangeHeaders.POSITION, text(change.position()));
        message.setHeader(ChangeHeaders.TRANSACTION_ID, change.transactionId());
        message.setHeader(ChangeHeaders.COMMIT_TIME, change.commitTime());
        message.setHeader(ChangeHeaders.SNAPSHOT, change.isSnapshot());
    }

    private static String operation(RowChange change) {
        return switch (change) {
            case RowChange.Insert insert -> "insert";
            case RowChange.Update update -> "update";
            case RowChange.Delete delete -> "delete";
            case RowChange.Truncate truncate -> "truncate";
        };
    }

    private String text(SourcePosition position) {
        PositionText last = lastPosition;
        if (last.position != position) {
            last = new PositionText(position, position.toString());
            lastPosition = last;
        }
        return last.text;
    }

    private static void settle(Exchange exchange, RoutedChange change) throws Exception {
        Exception failure = UnhandledFailure.of(exchange, change);
        if (failure != null) {
            throw UnhandledFailure.named(failure, "A change", exchange, change);
        }
        Exception caught = UnhandledFailure.caught(exchange);
        if (isEndedByErrorHandler(exchange)) {
            change.divert(caught == null ? new RuntimeCamelException("a step removed the exception") : caught);
        } else if (caught != null && !change.isSettled()) {
            change.divert(caught);
        }
    }

    /** Whether an error handler took the exchange out of the route; after {@code continued} and {@code doCatch} it went on instead. */
    private static boolean isEndedByErrorHandler(Exchange exchange) {
        ExchangeExtension extension = exchange.getExchangeExtension();
        return extension.isErrorHandlerHandledSet() && extension.isErrorHandlerHandled();
    }

    /** A position, compared by identity, and its text. */
    private record PositionText(@Nullable SourcePosition position, String text) {}
}
