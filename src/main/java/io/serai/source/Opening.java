package io.serai.source;

import io.serai.change.SourcePosition;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.SourceDatabase.Start;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceState;
import io.serai.storage.SourceStorage;
import io.serai.storage.TableHandle;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session does before it streams: the check, then the first write or the proof that the log goes on from what is stored, then a look at the
 * catalog. What it finds is stored before anything is done about it. {@link #open} is called once; {@link #obstacle} is thread-safe.
 */
final class Opening {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private final String source;
    private final SourceDatabase database;
    private final RulesInUse rules;
    private final OnLostHistory onLostHistory;
    private final Set<Integer> suspects;

    private volatile @Nullable SeraiException obstacle;

    /** @param suspects numbers of tables that an earlier session found to be not what is stored; emptied when they are renewed */
    Opening(
            String source,
            SourceDatabase database,
            RulesInUse rules,
            OnLostHistory onLostHistory,
            Set<Integer> suspects) {
        this.source = source;
        this.database = database;
        this.rules = rules;
        this.onLostHistory = onLostHistory;
        this.suspects = suspects;
    }

    /** Makes what is stored such that a stream can go on from it; answers where the catalog was looked at. */
    SourcePosition open(SourceStorage storage) throws SQLException, InterruptedException {
        reportWarnings(check());
        SeraiException found = obstacle;
        if (found != null) {
            LOG.atError()
                    .addKeyValue("source", source)
                    .addKeyValue("failure", found.getMessage())
                    .log("The new sync config is not built: its tables cannot be replicated; the former one is used");
        }
        SourceState stored = storage.state();
        if (stored.position().isEmpty()) {
            begin(storage);
        } else {
            verifyOrStartOver(storage, stored);
        }
        SourcePosition lookedAt = renewTables(storage);
        if (!Entries.tables(storage.state(), database).equals(Entries.tables(stored, database))) {
            check(); // what was stored just now may be newer than what was checked
        }
        return lookedAt;
    }

    /** What keeps the next generation from being built, while the active one is served; null for nothing. */
    @Nullable
    SeraiException obstacle() {
        return obstacle;
    }

    /** The tables that the session follows: those of the active generation alone while something keeps the next one from being built. */
    TableSelection selection() {
        return obstacle == null ? rules.tables() : rules.activeTables();
    }

    /** Whether the check of the newest generation finds no error now. */
    boolean isMended() throws SQLException, InterruptedException {
        return isWithoutError(database.check(rules.newestTables()));
    }

    /** Stores that the log does not go on from the stored position: it never does again. */
    static void remember(SourceStorage storage, SeraiException loss) {
        SourceBatch batch = new SourceBatch();
        batch.entry(Entries.LOST, Entries.text(loss.found()));
        storage.commit(batch);
    }

    /** The warnings of the check; an error fails the session. */
    private List<Finding> check() throws SQLException, InterruptedException {
        List<Finding> warnings = new ArrayList<>();
        List<Finding> errors = new ArrayList<>();
        for (Finding finding : database.check(rules.newestTables())) {
            (finding.severity() == Finding.Severity.ERROR ? errors : warnings).add(finding);
        }
        SeraiException failure = errors.isEmpty() ? null : failedCheck(errors);
        obstacle = failure;
        if (failure != null && !canServeTheActiveOne()) {
            throw failure;
        }
        return warnings;
    }

    /** Whether what the check found keeps only the next generation from being built. */
    private boolean canServeTheActiveOne() throws SQLException, InterruptedException {
        return rules.generations().next().isPresent() && isWithoutError(database.check(rules.activeTables()));
    }

    private static boolean isWithoutError(List<Finding> findings) {
        return findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }

    private void reportWarnings(List<Finding> warnings) {
        for (Finding finding : warnings) {
            LOG.atWarn()
                    .addKeyValue("code", finding.code().code())
                    .addKeyValue("source", source)
                    .addKeyValue("found", finding.found())
                    .addKeyValue("fix", finding.fix())
                    .log("The check of the source has a warning");
        }
    }

    private SeraiException failedCheck(List<Finding> errors) {
        Finding first = errors.get(0);
        String others = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more: run `serai check`)";
        return new SeraiException(
                first.code(),
                first.found() + "; needed: " + first.needed() + others,
                "source " + source,
                first.fix().isEmpty() ? first.code().remedy() : first.fix());
    }

    /** The first start: the log is kept for us before the tables are looked at, and both are stored in one write. */
    private void begin(SourceStorage storage) throws SQLException, InterruptedException {
        Start start = database.prepare();
        SourceBatch batch = new SourceBatch();
        addStart(start, batch);
        int number = 0;
        for (CatalogTable table : database.tables(selection())) {
            SourceTable stored = new SourceTable(
                    new TableHandle(number, table.relation().table()), number, table.relation(), table.identity());
            batch.entry(Entries.relation(number), Entries.encode(table.relation()));
            batch.entry(Entries.table(number), Entries.encode(stored));
            batch.entry(Entries.estimate(number), Entries.text(Long.toString(table.estimatedRows())));
            number++;
        }
        storage.commit(batch);
        LOG.atInfo()
                .addKeyValue("source", source)
                .addKeyValue("position", start.position().text())
                .addKeyValue("tables", number)
                .log("Source prepared");
    }

    /**
     * Proves that the log goes on from the stored position, or deals with its loss. A loss is stored before anything is done about it: a server that
     * went back may have grown past the stored position when it is asked again, and would seem to go on.
     */
    private void verifyOrStartOver(SourceStorage storage, SourceState state) throws SQLException, InterruptedException {
        byte[] known = state.entries().get(Entries.LOST);
        SeraiException loss = known == null
                ? lossOf(storage, state)
                : new SeraiException(
                        ErrorCode.SOURCE_LOST_HISTORY, Entries.text(known), "", ErrorCode.SOURCE_LOST_HISTORY.remedy());
        if (loss == null) {
            return;
        }
        boolean waits = onLostHistory == OnLostHistory.WAIT;
        if (known == null && (!waits || loss.code() == ErrorCode.SOURCE_LOST_HISTORY)) {
            remember(storage, loss);
        }
        if (waits) {
            throw loss;
        }
        startOver(storage, state, loss);
    }

    private @Nullable SeraiException lossOf(SourceStorage storage, SourceState state)
            throws SQLException, InterruptedException {
        try {
            verify(storage, start(state), state.position().orElseThrow(), Entries.last(state, database));
            return null;
        } catch (SeraiException e) {
            if (e.code().isLostHistory()) {
                return e;
            }
            throw e;
        }
    }

    /** Nothing of what is stored belongs to the log that begins now; all tables are copied again, and only differences become operations. */
    private void startOver(SourceStorage storage, SourceState state, SeraiException cause)
            throws SQLException, InterruptedException {
        Start start = database.prepare();
        SourceBatch batch =
                Renewals.write(state, Entries.tables(state, database), database.tables(selection()), start.position());
        addStart(start, batch);
        batch.entry(Entries.LOST, null);
        storage.startOver(batch);
        LOG.atWarn()
                .addKeyValue("code", cause.code().code())
                .addKeyValue("source", source)
                .addKeyValue("found", cause.found())
                .addKeyValue("position", start.position().text())
                .log("History is lost: the source is copied again, and what was copied before is served meanwhile");
    }

    private static void addStart(Start start, SourceBatch batch) {
        batch.position(start.position());
        batch.entry(Entries.START, Entries.text(start.identity()));
        batch.entry(Entries.DELIVERED, start.delivered());
        batch.entry(Entries.LAST, null);
    }

    /** What the database answers is stored before a later position is, because only up to this one the former answer holds. */
    private void verify(SourceStorage storage, Start start, SourcePosition stored, @Nullable SourceTransaction last)
            throws SQLException, InterruptedException {
        Start proved = database.verify(start, stored, last);
        if (!proved.identity().equals(start.identity())) {
            SourceBatch batch = new SourceBatch();
            batch.entry(Entries.START, Entries.text(proved.identity()));
            storage.commit(batch);
        }
    }

    private static Start start(SourceState state) {
        byte[] identity = state.entries().get(Entries.START);
        return new Start(state.position().orElseThrow(), identity == null ? "" : Entries.text(identity), null);
    }

    /** Compares the catalog with what is stored, and stores what is different; answers where it looked. */
    private SourcePosition renewTables(SourceStorage storage) throws SQLException, InterruptedException {
        SourceState state = storage.state();
        NavigableMap<Integer, SourceTable> tables = Entries.tables(state, database);
        CatalogLook look = Renewals.withReadAgain(
                state, tables.values(), database.compare(List.copyOf(tables.values()), suspects, selection()));
        if (!look.differences().isEmpty()) {
            storage.commit(Renewals.write(state, tables, look));
            for (CatalogLook.Difference difference : look.differences()) {
                LOG.atInfo()
                        .addKeyValue("source", source)
                        .addKeyValue("found", difference.text())
                        .log("A table is followed as the catalog has it now");
            }
        }
        suspects.clear();
        return look.at();
    }
}
