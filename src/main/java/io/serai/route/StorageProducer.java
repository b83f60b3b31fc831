package io.serai.route;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.util.ObjectHelper;

/**
 * Adds the change of each exchange to the open batch of the source that it came from. Nothing is durable when this returns: the source commits the
 * batch, and acknowledges its position only then. Thread-safe: all state is final.
 */
final class StorageProducer extends DefaultProducer {
    private final String storage;

    StorageProducer(StorageEndpoint endpoint) {
        super(endpoint);
        this.storage = endpoint.getName();
    }

    @Override
    public void process(Exchange exchange) {
        RoutedExchange routed = RoutedExchange.of(exchange);
        requireStorage(routed);
        EvaluatedChange evaluated = requireEvaluated(exchange, routed);
        routed.change().store(evaluated.row(), evaluated.evaluated());
    }

    private void requireStorage(RoutedExchange routed) {
        if (!routed.storage().equals(storage)) {
            throw new SeraiException(
                    ErrorCode.STORE_OTHER_STORAGE,
                    "A change for storage \"" + routed.storage() + "\" reached the step of storage \"" + storage + "\"",
                    "source " + routed.change().source(),
                    "Use the name \"" + routed.storage() + "\" here, or set it as the source's `storage` option.");
        }
    }

    private static EvaluatedChange requireEvaluated(Exchange exchange, RoutedExchange routed) {
        Object body = exchange.getMessage().getBody();
        if (body instanceof EvaluatedChange evaluated
                && evaluated.change() == routed.change().change()) {
            return evaluated;
        }
        throw new SeraiException(
                ErrorCode.STORE_BODY_NOT_EVALUATED,
                "Expected the change that the sync rules have evaluated, found "
                        + (body instanceof EvaluatedChange ? "another change" : ObjectHelper.classCanonicalName(body)),
                "route " + exchange.getFromRouteId(),
                ErrorCode.STORE_BODY_NOT_EVALUATED.remedy());
    }
}
