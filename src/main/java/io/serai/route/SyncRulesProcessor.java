package io.serai.route;

import io.serai.bucket.BucketRow;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.OutputRow;
import io.serai.change.Row;
import io.serai.change.RowChange;
import io.serai.source.RoutedChange;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * The step {@code syncRules}: evaluates the row as the steps before left it and sets an {@link EvaluatedChange} as the body. A body that is no row,
 * or an output row that is too large, is refused: the change ends its way here and is listed with the reason. Deletes and truncates have no row and
 * go on as they are, whatever the steps before made of them. Thread-safe.
 */
public final class SyncRulesProcessor implements Processor {
    /** Largest JSON text of an output row. */
    static final int MAX_OUTPUT_BYTES = 15 << 20;

    private final RowRewriter rewriter = new RowRewriter();

    @Override
    public void process(Exchange exchange) {
        RoutedExchange routed = RoutedExchange.of(exchange);
        RowChange change = routed.change().change();
        Row own = routed.row();
        if (own == null) {
            exchange.getMessage().setBody(new EvaluatedChange(change, null, EvaluatedRow.NOTHING));
            return;
        }
        try {
            evaluate(exchange, routed.change(), own);
        } catch (NotARowException e) {
            routed.change().refuse(e.reason());
            exchange.setRouteStop(true);
        }
    }

    private void evaluate(Exchange exchange, RoutedChange routed, Row own) throws NotARowException {
        Object body = exchange.getMessage().getBody();
        Row row = body == routed.change() ? own : rewriter.rewrite(own, body, exchange);
        EvaluatedRow evaluated = routed.evaluate(row);
        requireSmall(evaluated);
        exchange.getMessage().setBody(new EvaluatedChange(routed.change(), row, evaluated));
    }

    private static void requireSmall(EvaluatedRow evaluated) throws NotARowException {
        for (BucketRow bucketRow : evaluated.bucketRows()) {
            OutputRow output = bucketRow.row();
            if (output.json().length > MAX_OUTPUT_BYTES) {
                throw new NotARowException("The row for output table " + output.table() + " has " + output.json().length
                        + " bytes, most are " + MAX_OUTPUT_BYTES);
            }
        }
    }
}
