package io.serai.app;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.app.admin.SyncConfigLook;
import io.serai.app.admin.SyncConfigProblem;
import io.serai.config.Environment;
import io.serai.config.ServiceConfig;
import io.serai.config.SyncConfigSource;
import io.serai.error.SeraiException;
import io.serai.source.LiveRules;
import io.serai.syncrules.SyncRules;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the sync config while the process runs: another one without errors is deployed, one with errors is shown and leaves the former in use. Looks again
 * and again; what is written in pieces is taken when two looks see it alike. Thread-safe.
 */
final class SyncConfigWatch implements SyncConfigLook, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SyncConfigWatch.class);

    private static final long BEING_WRITTEN_MILLIS = 20;

    private final ServiceConfig service;
    private final LiveRules rules;
    private final Clock clock;
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("serai-sync-config").daemon().factory());

    @GuardedBy("this")
    private String used;

    @GuardedBy("this")
    private String seen;

    private volatile Optional<SyncConfigProblem> problem = Optional.empty();

    /** {@code used} are the rules that {@code rules} has deployed last. */
    SyncConfigWatch(ServiceConfig service, SyncRules used, LiveRules rules, Clock clock) {
        this.service = service;
        this.rules = rules;
        this.clock = clock;
        this.used = used.text();
        this.seen = used.text();
    }

    /** Looks after each {@code interval} from now on. */
    @SuppressWarnings("FutureReturnValueIgnored") // no look lets an exception out
    void start(Duration interval) {
        watcher.scheduleWithFixedDelay(
                this::lookAgain, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void look() {
        look(true);
    }

    private synchronized void lookAgain() {
        look(false);
    }

    @Override
    public Optional<SyncConfigProblem> problem() {
        return problem;
    }

    @GuardedBy("this")
    private void look(boolean isAskedFor) {
        try {
            String text = isAskedFor ? readSettled() : read();
            boolean isSettled = isAskedFor || text.equals(seen);
            seen = text;
            if (isSettled && text.equals(used)) {
                problem = Optional.empty();
            } else if (isSettled) {
                use(text);
            }
        } catch (SeraiException e) {
            refuse(e.code().code(), e.found(), List.of());
        } catch (ConfigurationRefused e) {
            refuse(e.faults());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) { // the outermost frame of the thread, which looks again
            LOG.atWarn().setCause(e).log("The sync config could not be looked at");
        }
    }

    /** Reads until two reads are alike. */
    private String readSettled() throws ConfigurationRefused, InterruptedException {
        String text = read();
        while (true) {
            TimeUnit.MILLISECONDS.sleep(BEING_WRITTEN_MILLIS);
            String again = read();
            if (again.equals(text)) {
                return text;
            }
            text = again;
        }
    }

    private String read() throws ConfigurationRefused {
        ServiceConfig now = service.syncConfig() instanceof SyncConfigSource.Inline
                ? Configuration.loadService(service.file(), Environment.ofProcess())
                : service;
        return Configuration.rulesText(now.syncConfig());
    }

    @GuardedBy("this")
    private void use(String text) throws ConfigurationRefused {
        Configuration read = Configuration.withRules(service, text);
        read.warnings()
                .forEach(warning -> LOG.atWarn()
                        .addKeyValue("issue", warning.oneLine())
                        .log("The sync config has a doubtful line"));
        rules.deploy(read.rules());
        used = text;
        problem = Optional.empty();
    }

    private void refuse(List<Fault> faults) {
        List<Fault> errors = faults.stream().filter(Fault::isError).toList();
        Fault first = errors.getFirst();
        String others = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more: run `serai validate`)";
        refuse(first.code(), first.oneLine() + others, errors);
    }

    /** Logs each problem once. */
    private void refuse(String code, String message, List<Fault> errors) {
        if (problem.filter(known -> known.message().equals(message)).isPresent()) {
            return;
        }
        problem = Optional.of(new SyncConfigProblem(code, message, clock.instant()));
        LOG.atError()
                .addKeyValue("code", code)
                .addKeyValue("found", message)
                .log("The sync config was changed and cannot be used; the former one is used");
        errors.stream()
                .skip(1)
                .forEach(error ->
                        LOG.atError().addKeyValue("issue", error.oneLine()).log("The sync config has another error"));
    }

    @Override
    public void close() {
        watcher.shutdownNow();
    }
}
