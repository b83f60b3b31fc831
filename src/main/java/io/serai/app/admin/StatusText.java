package io.serai.app.admin;

import io.serai.change.SourcePosition;
import io.serai.source.RepairProgress;
import io.serai.source.SourceStatus;
import io.serai.source.SourceStatus.DivertedRow;
import io.serai.source.SourceStatus.Problem;
import io.serai.source.SourceStatus.TableProgress;
import io.serai.storage.Checkpoint;
import io.serai.storage.Generations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/** A {@link StatusReport} for people: what is wrong comes first in each source, and says what to do. */
final class StatusText {
    private static final int SHOWN_ROWS = 5;

    private final StringBuilder out = new StringBuilder();
    private final Instant now;

    private StatusText(Instant now) {
        this.now = now;
    }

    static String of(StatusReport report, Instant now) {
        StatusText text = new StatusText(now);
        text.head(report);
        report.sources()
                .forEach(source -> text.source(source, report.runningSince().isPresent()));
        report.forgotten().stream().sorted().forEach(text::forgotten);
        return text.out.toString();
    }

    private void head(StatusReport report) {
        String running = report.runningSince()
                .map(since -> "running for " + Human.duration(Duration.between(since, now)))
                .orElse("not running");
        line("serai " + report.version() + ", " + running);
        field("storage", report.storage().toString());
        field("checkpoint", checkpoint(report.checkpoint(), report.checkpointAge()));
        field("sync config", syncConfig(report.generations()));
        report.syncConfigProblem().ifPresent(problem -> {
            line("  The sync config was changed and is not used: " + problem.message() + " [" + problem.code() + "]");
            line("  The former one is used, for " + Human.duration(Duration.between(problem.since(), now))
                    + " now. Correct the file.");
        });
    }

    private static String syncConfig(Generations generations) {
        return generations
                        .active()
                        .map(active -> "generation " + active.number())
                        .orElse("none yet")
                + generations
                        .next()
                        .map(next -> ", " + next.number() + " is being built")
                        .orElse("");
    }

    private static String checkpoint(Optional<Checkpoint> checkpoint, Optional<Duration> age) {
        return checkpoint
                .map(newest -> newest.sequence() + " (op " + newest.opId() + ")"
                        + age.map(since -> ", made " + Human.duration(since) + " ago")
                                .orElse(""))
                .orElse("none yet: no source has been copied completely");
    }

    private void source(SourceStatus source, boolean running) {
        line("");
        line("source " + source.source() + " (" + source.kind() + "): " + state(source, running));
        source.problem().ifPresent(this::problem);
        field("position", source.position().map(SourcePosition::toString).orElse("none yet"));
        if (running && source.lagBytes() >= 0) {
            field("lag", Human.bytes(source.lagBytes()) + ", " + Human.duration(source.lag()));
        }
        tables(source.tables());
        if (source.incomplete() > 0) {
            field("incomplete", Human.count(source.incomplete()) + " rows are read again by key");
        }
        diverted(source.diverted());
        source.repairs().forEach(repair -> repair(repair, running));
        if (source.rebuilt() >= 0) {
            field(
                    "building",
                    Human.count(source.rebuilt()) + " stored rows went through the route for the new sync config");
        }
        new TreeMap<>(source.facts()).forEach(this::field);
    }

    private static String state(SourceStatus source, boolean running) {
        String state = running ? source.state().name().toLowerCase(Locale.ROOT) : "no process replicates it";
        return state + (source.takesPart() ? "" : ", not in checkpoints yet");
    }

    private void problem(Problem problem) {
        line("  " + problem.message());
        String next = problem.nextTry()
                .map(time -> ", next in " + Human.duration(Duration.between(now, time)))
                .orElse("");
        field(
                "failing",
                "for " + Human.duration(Duration.between(problem.since(), now)) + ", tried " + problem.attempts()
                        + (problem.attempts() == 1 ? " time" : " times") + next);
    }

    private void tables(List<TableProgress> tables) {
        long done = tables.stream().filter(TableProgress::isDone).count();
        if (!tables.isEmpty()) {
            long rows = tables.stream().mapToLong(TableProgress::rows).sum();
            field("copied", done + " of " + tables.size() + " tables, " + Human.count(rows) + " rows");
        }
        tables.stream().filter(table -> !table.isDone()).forEach(this::table);
    }

    private void table(TableProgress table) {
        String of = table.estimatedRows() < 0 ? "" : " of about " + Human.count(table.estimatedRows());
        String eta = CopyEta.of(table)
                .map(left -> ", " + Human.duration(left) + " left")
                .orElse("");
        line("    " + table.table() + ": " + Human.count(table.rows()) + of + " rows, "
                + Human.count(Math.round(table.rowsPerSecond())) + " rows/s" + eta);
    }

    private void diverted(List<DivertedRow> rows) {
        if (rows.isEmpty()) {
            return;
        }
        field("diverted", Human.count(rows.size()) + (rows.size() == 1 ? " row is" : " rows are") + " in no bucket");
        rows.stream()
                .limit(SHOWN_ROWS)
                .forEach(row -> line("    " + row.table() + " " + String.join(", ", row.key()) + ": " + row.reason()));
        if (rows.size() > SHOWN_ROWS) {
            line("    … `serai status --json` lists all");
        }
    }

    private void repair(RepairProgress repair, boolean running) {
        String how = switch (repair.repair()) {
            case RETRY -> "its diverted rows go through the route again";
            case RESYNC -> "its stored rows go through the route again";
            case COPY -> "it is read again";
        };
        String when = running ? ", " + Human.count(repair.rows()) + " done" : " at the next \"serai run\"";
        field("repair", repair.table() + ": " + how + when);
    }

    private void forgotten(String source) {
        line("");
        line("source " + source + " has data here and is not in service.yaml");
        line("  Run \"serai teardown --source " + source + "\" to remove it.");
    }

    private void field(String name, String value) {
        line(String.format(Locale.ROOT, "  %-18s  %s", name, value));
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
