package io.serai.route;

import io.serai.change.Row;
import io.serai.change.RowImage;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.RoutedChange;
import org.apache.camel.Exchange;
import org.apache.camel.SafeCopyProperty;
import org.jspecify.annotations.Nullable;

/**
 * What the Serai steps of a route share of one change. Kept where no step of a user's loses it: it is neither the body nor a header nor a plain
 * property, and all copies of the exchange share it. Thread-safe.
 */
final class RoutedExchange implements SafeCopyProperty {
    private static final String KEY = "SeraiRoutedExchange";

    private final RoutedChange change;
    private final String storage;

    /** Decoded when a step asks for it first; two threads that ask at once get equal rows. */
    private volatile @Nullable Row row;

    private RoutedExchange(RoutedChange change, String storage) {
        this.change = change;
        this.storage = storage;
    }

    /** Makes {@code exchange} the one that carries {@code change} to the storage of this name. */
    static void attach(Exchange exchange, RoutedChange change, String storage) {
        exchange.getExchangeExtension().setSafeCopyProperty(KEY, new RoutedExchange(change, storage));
    }

    /** What {@code exchange} carries, or null when it does not come from a Serai source. */
    static @Nullable RoutedExchange find(Exchange exchange) {
        return exchange.getExchangeExtension().getSafeCopyProperty(KEY, RoutedExchange.class);
    }

    /**
     * What {@code exchange} carries.
     *
     * @throws SeraiException {@link ErrorCode#STORE_NOT_A_CHANGE} when it does not come from a Serai source
     */
    static RoutedExchange of(Exchange exchange) {
        RoutedExchange found = find(exchange);
        if (found == null) {
            throw new SeraiException(
                    ErrorCode.STORE_NOT_A_CHANGE,
                    "A message that does not come from a Serai source reached a Serai step",
                    "route " + exchange.getFromRouteId(),
                    ErrorCode.STORE_NOT_A_CHANGE.remedy());
        }
        return found;
    }

    /** The change. */
    RoutedChange change() {
        return change;
    }

    /** The name of the storage that the source writes to. */
    String storage() {
        return storage;
    }

    /** The completed row after the change, as it came from the source; null after a delete or truncate. */
    @Nullable
    Row row() {
        Row decoded = row;
        if (decoded == null) {
            RowImage image = change.change().after();
            if (image != null) {
                decoded = image.row();
                row = decoded;
            }
        }
        return decoded;
    }

    @Override
    public SafeCopyProperty safeCopy() {
        return this;
    }
}
