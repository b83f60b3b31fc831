package io.serai.route;

import io.serai.change.RowChange;
import io.serai.source.RoutedChange;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code postImage}: completes the row from its earlier image where the source's log left columns out. A row that cannot be completed
 * ends its way here; the source reads it by its key. So does one that cannot be converted: it is refused. Thread-safe.
 */
public final class PostImageProcessor implements Processor {
    @Override
    public void process(Exchange exchange) {
        RoutedChange routed = RoutedExchange.of(exchange).change();
        RowChange before = routed.change();
        if (!routed.complete()) {
            exchange.setRouteStop(true);
        } else if (routed.change() != before) {
            exchange.getMessage().setBody(routed.change());
        }
    }
}
