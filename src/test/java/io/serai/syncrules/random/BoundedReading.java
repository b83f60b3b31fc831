package io.serai.syncrules.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.syncrules.ParsedConfig;
import io.serai.syncrules.SyncRules;
import io.serai.syncrules.parser.SqlParser;
import io.serai.syncrules.parser.SqlSyntaxException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads texts on a thread of its own, each within a time limit, and lets nothing pass that is not documented. Confined to one thread. */
final class BoundedReading implements AutoCloseable {
    private static final int LIMIT_SECONDS = 10;

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread reader = new Thread(task, "reader");
        reader.setDaemon(true);
        return reader;
    });

    /** Reads a sync config; all that is wrong must be issues with a place in the text. */
    ParsedConfig config(String yaml) {
        ParsedConfig[] parsed = new ParsedConfig[1];
        within(yaml, () -> {
            parsed[0] = SyncRules.parse(yaml);
            assertThat(parsed[0].issues())
                    .allMatch(issue ->
                            0 <= issue.start() && issue.start() <= issue.end() && issue.end() <= yaml.length());
        });
        return parsed[0];
    }

    /** Reads a query, which may be refused. */
    void query(String query) {
        within(query, () -> {
            try {
                SqlParser.parse(query);
            } catch (SqlSyntaxException e) {
                assertThat(e.span().start()).isBetween(0, query.length());
                assertThat(e.span().end()).isBetween(e.span().start(), query.length());
            }
        });
    }

    private void within(String text, Runnable reading) {
        try {
            thread.submit(reading).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("reading failed: " + shortened(text), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("not read within " + LIMIT_SECONDS + " s: " + shortened(text), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String shortened(String text) {
        return text.length() <= 4000 ? text : text.substring(0, 4000) + "… of " + text.length();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
