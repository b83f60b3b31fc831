package io.serai.syncrules.random;

import java.util.List;
import java.util.Random;

/**
 * A sync config, and for each table that it gives to clients what the client should get.
 *
 * @param streams the names of the streams that a client has to subscribe to
 */
record RandomConfig(String yaml, List<String> streams, List<Selection> selections) {
    /** Copies the lists. */
    RandomConfig {
        streams = List.copyOf(streams);
        selections = List.copyOf(selections);
    }

    /**
     * What a client should have of one output table.
     *
     * @param stream the stream that has to be subscribed to; empty when the client gets the rows by default
     */
    record Selection(String stream, String table, String sql) {}

    static RandomConfig next(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new RandomEarlyStreams(random).config();
            case 1, 2 -> new RandomStreams(random).config();
            default -> new RandomDefinitions(random).config();
        };
    }
}
