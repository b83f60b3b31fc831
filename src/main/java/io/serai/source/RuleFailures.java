package io.serai.source;

import io.serai.error.ErrorCode;
import io.serai.syncrules.TableEvaluator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the rows for which a query failed, and logs each cause once. Thread-safe. */
final class RuleFailures implements TableEvaluator.FailureListener {
    private static final Logger LOG = LoggerFactory.getLogger(RuleFailures.class);
    private static final int MAX_LOGGED = 1000;

    private final String source;
    private final LongAdder count = new LongAdder();
    private final Set<String> logged = ConcurrentHashMap.newKeySet();

    RuleFailures(String source) {
        this.source = source;
    }

    @Override
    public void failed(String query, String reason) {
        count.increment();
        if (logged.size() < MAX_LOGGED && logged.add(query + '\n' + reason)) {
            LOG.atWarn()
                    .addKeyValue("code", ErrorCode.RULES_ROW_FAILED.code())
                    .addKeyValue("source", source)
                    .addKeyValue("query", query)
                    .addKeyValue("reason", reason)
                    .log(
                            "A query failed for a row, which yields nothing for it; further rows with this cause are only counted");
        }
    }

    /** How often a query failed. */
    long count() {
        return count.sum();
    }
}
