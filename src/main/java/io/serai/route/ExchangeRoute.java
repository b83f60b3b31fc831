package io.serai.route;

import io.serai.change.RowChange;
import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.ChangeRoute;
import io.serai.source.RoutedChange;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.RollbackExchangeException;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A Camel route as the way of changes: makes one exchange of each change, sends it through the route on the calling thread, and says what became
 * of it when the route is through. Thread-safe.
 */
public final class ExchangeRoute implements ChangeRoute {
    private final DefaultConsumer consumer;
    private final String storage;

    /** All changes of a transaction have one position, so its text is made once. */
    private volatile PositionText lastPosition;

    /** The route of {@code consumer}, whose source writes to the storage of this name. */
    public ExchangeRoute(DefaultConsumer consumer, String storage) {
        this.consumer = consumer;
        this.storage = storage;
        this.lastPosition = new PositionText(null, "");
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
    }

    private void fill(Exchange exchange, RoutedChange change) {
        RoutedExchange.attach(exchange, change, storage);
        RowChange body = change.change();
        Message message = exchange.getMessage();
        message.setBody(body);
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
            last = new PositionText(position, position.text());
            lastPosition = last;
        }
        return last.text;
    }

    private static void settle(Exchange exchange, RoutedChange change) throws Exception {
        Exception failure = failure(exchange);
        if (failure != null) {
            throw unhandled(failure, exchange, change);
        }
        Exception caught = exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class);
        if (caught != null && isInterruption(caught)) {
            throw unhandled(caught, exchange, change);
        }
        if (isEndedByErrorHandler(exchange)) {
            change.divert(caught == null ? new RuntimeCamelException("a step removed the exception") : caught);
        } else if (caught != null && !change.isSettled()) {
            change.divert(caught);
        }
    }

    private static @Nullable Exception failure(Exchange exchange) {
        Exception failure = exchange.getException();
        if (failure == null && (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast())) {
            return new RollbackExchangeException("The route marked the exchange for rollback", exchange);
        }
        return failure;
    }

    /** Whether an error handler took the exchange out of the route; after {@code continued} and {@code doCatch} it went on instead. */
    private static boolean isEndedByErrorHandler(Exchange exchange) {
        ExchangeExtension extension = exchange.getExchangeExtension();
        return extension.isErrorHandlerHandledSet() && extension.isErrorHandlerHandled();
    }

    /** A change that was on its way when the source or Camel stopped is no fault of the change: it comes again. */
    private static boolean isInterruption(Exception caught) {
        if (Thread.currentThread().isInterrupted()) {
            return true;
        }
        for (Throwable cause = caught; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException
                    || cause instanceof InterruptedIOException
                    || cause instanceof ClosedByInterruptException
                    || cause instanceof RejectedExecutionException) {
                return true;
            }
        }
        return false;
    }

    private static Exception unhandled(Exception failure, Exchange exchange, RoutedChange change) {
        if (failure instanceof InterruptedException || failure instanceof SeraiException) {
            return failure;
        }
        return new SeraiException(
                ErrorCode.SOURCE_ROUTE_FAILED,
                "A change failed in the route and nothing handled it: "
                        + failure.getClass().getName(),
                "source " + change.source() + ", route " + exchange.getFromRouteId() + ", table "
                        + change.change().table() + ", position "
                        + change.position().text(),
                ErrorCode.SOURCE_ROUTE_FAILED.remedy(),
                failure);
    }

    /** A position, compared by identity, and its text. */
    private record PositionText(@Nullable SourcePosition position, String text) {}
}
