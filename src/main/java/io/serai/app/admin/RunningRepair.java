package io.serai.app.admin;

import io.serai.app.admin.RepairReport.RepairedTable;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.Repair;
import io.serai.source.RepairProgress;
import io.serai.source.Replication;
import io.serai.source.Replications;
import io.serai.source.SourceStatus.Problem;
import io.serai.source.SourceTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A repair in this process: asks its sources for it, and waits until it is done or one of them fails. Used once, confined to one thread. */
final class RunningRepair {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int ATTEMPTS = 3;

    private final Replications replications;
    private final Repair repair;

    RunningRepair(Replications replications, Repair repair) {
        this.replications = replications;
        this.repair = repair;
    }

    RepairReport run(Map<String, List<SourceTable>> targets) throws InterruptedException {
        for (Map.Entry<String, List<SourceTable>> target : targets.entrySet()) {
            ask(target.getKey(), numbers(target.getValue()));
        }
        List<RepairedTable> repaired = new ArrayList<>();
        for (Map.Entry<String, List<SourceTable>> target : targets.entrySet()) {
            for (SourceTable table : target.getValue()) {
                String source = target.getKey();
                Optional<String> problem = await(source, table, repaired);
                if (problem.isPresent()) {
                    return RepairReport.notDone(repair, targets, problem);
                }
            }
        }
        return new RepairReport(repair, repaired, true, Optional.empty());
    }

    /** A source may be starting, or be replaced while it is asked, because its route was reloaded. */
    private void ask(String source, Set<Integer> tables) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0) {
            Optional<Replication> replication = replications.of(source);
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (replication.isPresent() && replication.get().repair(repair, tables, left)) {
                return;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        throw new SeraiException(
                ErrorCode.COMMAND_TIMED_OUT,
                "The source did not take what was asked for within " + PATIENCE.toSeconds() + " s",
                "source " + source,
                "See `serai status` for what keeps it, then run the command again.");
    }

    /** Answers why it is not done when it is not. */
    private Optional<String> await(String source, SourceTable table, List<RepairedTable> repaired)
            throws InterruptedException {
        int number = table.handle().number();
        long seen = System.nanoTime();
        while (true) {
            Optional<Replication> replication = replications.of(source);
            Optional<RepairProgress> progress = replication.flatMap(now -> now.repairProgress(repair, number));
            if (progress.isPresent() && progress.get().isDone()) {
                String name = table.table().toString();
                repaired.add(new RepairedTable(
                        source, name, progress.get().rows(), progress.get().diverted()));
                return Optional.empty();
            }
            Optional<Problem> problem =
                    replication.flatMap(Replication::problem).filter(RunningRepair::lasts);
            if (problem.isPresent()) {
                return problem.map(Problem::message);
            }
            if (replication.isPresent()) {
                seen = System.nanoTime();
            } else if (System.nanoTime() - seen > PATIENCE.toNanos()) {
                return Optional.of("The source " + source + " does not run.");
            }
            Thread.sleep(LOOK_AGAIN);
        }
    }

    /** Whether it will not pass by itself, or has not after a few tries. */
    private static boolean lasts(Problem problem) {
        return !problem.code().isTransient() || problem.attempts() >= ATTEMPTS;
    }

    private static Set<Integer> numbers(List<SourceTable> tables) {
        return tables.stream().map(table -> table.handle().number()).collect(Collectors.toSet());
    }
}
