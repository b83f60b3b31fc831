package io.serai.route;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.RoutedChange;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.RollbackExchangeException;
import org.apache.camel.ServiceStatus;
import org.jspecify.annotations.Nullable;

/** Why an exchange that is through its route counts as failed. */
final class UnhandledFailure {
    private UnhandledFailure() {}

    /**
     * The failure that no error handler of the route handled, or the interruption that one did: what was on its way when a source or Camel stopped
     * has no fault and comes again. Null when there is neither.
     */
    static @Nullable Exception of(Exchange exchange, RoutedChange change) {
        Exception failure = exchange.getException();
        if (failure == null && (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast())) {
            return new RollbackExchangeException("The route marked the exchange for rollback", exchange);
        }
        if (failure != null) {
            return failure;
        }
        Exception caught = caught(exchange);
        return caught != null && isInterruption(caught, exchange, change) ? caught : null;
    }

    /** What an error handler or {@code doCatch} of the route caught, or null. */
    static @Nullable Exception caught(Exchange exchange) {
        return exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Exception.class);
    }

    /** The failure as the source is to see it. */
    static Exception named(Exception failure, String what, Exchange exchange, RoutedChange change) {
        if (failure instanceof InterruptedException || failure instanceof SeraiException) {
            return failure;
        }
        return new SeraiException(
                ErrorCode.SOURCE_ROUTE_FAILED,
                what + " failed in the route and nothing handled it: "
                        + failure.getClass().getName(),
                "source " + change.source() + ", route " + exchange.getFromRouteId() + ", table "
                        + change.change().table() + ", position "
                        + change.position(),
                ErrorCode.SOURCE_ROUTE_FAILED.remedy(),
                failure);
    }

    /** Time-outs and full queues look like an interruption, but are none while everything runs. */
    private static boolean isInterruption(Exception caught, Exchange exchange, RoutedChange change) {
        if (Thread.currentThread().isInterrupted()) {
            return true;
        }
        for (Throwable cause = caught; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException || cause instanceof ClosedByInterruptException) {
                return true;
            }
            if (cause instanceof InterruptedIOException || cause instanceof RejectedExecutionException) {
                return change.isStopping() || isStopping(exchange);
            }
        }
        return false;
    }

    private static boolean isStopping(Exchange exchange) {
        CamelContext context = exchange.getContext();
        ServiceStatus route = context.getRouteController().getRouteStatus(exchange.getFromRouteId());
        return context.isStopping() || route == null || !route.isStarted();
    }
}
