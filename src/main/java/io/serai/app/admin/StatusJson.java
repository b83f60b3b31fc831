package io.serai.app.admin;

import io.serai.change.Json;
import io.serai.change.SourcePosition;
import io.serai.source.RepairProgress;
import io.serai.source.SourceStatus;
import io.serai.source.SourceStatus.DivertedRow;
import io.serai.source.SourceStatus.Problem;
import io.serai.source.SourceStatus.TableProgress;
import io.serai.storage.Checkpoint;
import io.serai.storage.Generation;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** A {@link StatusReport} as one JSON object on one line. Members are only ever added. */
final class StatusJson {
    private StatusJson() {}

    static String of(StatusReport report, Instant now) {
        Members members = new Members()
                .add("version", report.version())
                .add("storage", report.storage().toString())
                .add("running", report.runningSince().isPresent())
                .add("uptime_seconds", report.runningSince().map(since -> seconds(Duration.between(since, now))))
                .add("checkpoint", report.checkpoint().map(StatusJson::checkpoint))
                .add("checkpoint_age_seconds", report.checkpointAge().map(StatusJson::seconds))
                .add("sync_config", syncConfig(report))
                .add("sources", array(report.sources(), source -> source(source, now)))
                .add(
                        "forgotten_sources",
                        array(report.forgotten().stream().sorted().toList(), Json.Text::new));
        return members.object().text() + "\n";
    }

    private static Json syncConfig(StatusReport report) {
        return new Members()
                .add("generation", generation(report.generations().active()))
                .add("next_generation", generation(report.generations().next()))
                .add(
                        "problem",
                        report.syncConfigProblem()
                                .map(problem -> new Members()
                                        .add("code", problem.code())
                                        .add("message", problem.message())
                                        .add("since", problem.since().toString())
                                        .object()))
                .object();
    }

    private static Optional<Json> generation(Optional<Generation> generation) {
        return generation.map(of -> number(of.number()));
    }

    private static Json checkpoint(Checkpoint checkpoint) {
        Members positions = new Members();
        new TreeMap<>(checkpoint.positions()).forEach((source, position) -> positions.add(source, position.text()));
        return new Members()
                .add("sequence", checkpoint.sequence())
                .add("op_id", checkpoint.opId().toString())
                .add("positions", positions.object())
                .object();
    }

    private static Json source(SourceStatus source, Instant now) {
        Members facts = new Members();
        new TreeMap<>(source.facts()).forEach(facts::add);
        return new Members()
                .add("id", source.source())
                .add("type", source.kind())
                .add("state", source.state().name().toLowerCase(Locale.ROOT))
                .add("problem", source.problem().map(problem -> problem(problem, now)))
                .add("takes_part", source.takesPart())
                .add("position", source.position().map(SourcePosition::text).map(Json.Text::new))
                .add("lag_bytes", source.lagBytes() < 0 ? Json.Literal.NULL : number(source.lagBytes()))
                .add("lag_seconds", source.lagBytes() < 0 ? Json.Literal.NULL : seconds(source.lag()))
                .add("tables", array(source.tables(), StatusJson::table))
                .add("incomplete_rows", source.incomplete())
                .add("diverted_rows", array(source.diverted(), StatusJson::diverted))
                .add("repairs", array(source.repairs(), StatusJson::repair))
                .add("rebuilt_rows", source.rebuilt() < 0 ? Json.Literal.NULL : number(source.rebuilt()))
                .add("database", facts.object())
                .object();
    }

    private static Json problem(Problem problem, Instant now) {
        return new Members()
                .add("code", problem.code().code())
                .add("message", problem.message())
                .add("since", problem.since().toString())
                .add("attempts", problem.attempts())
                .add("next_try_seconds", problem.nextTry().map(next -> seconds(Duration.between(now, next))))
                .object();
    }

    private static Json table(TableProgress table) {
        return new Members()
                .add("table", table.table())
                .add("copied", table.isDone())
                .add("rows", table.rows())
                .add("estimated_rows", table.estimatedRows() < 0 ? Json.Literal.NULL : number(table.estimatedRows()))
                .add("rows_per_second", new Json.RealNumber(Math.rint(table.rowsPerSecond())))
                .add("eta_seconds", CopyEta.of(table).map(StatusJson::seconds))
                .object();
    }

    private static Json diverted(DivertedRow row) {
        return new Members()
                .add("table", row.table())
                .add("key", array(row.key(), Json.Text::new))
                .add("reason", row.reason())
                .object();
    }

    private static Json repair(RepairProgress repair) {
        return new Members()
                .add("table", repair.table())
                .add("repair", repair.repair().name().toLowerCase(Locale.ROOT))
                .add("rows", repair.rows())
                .object();
    }

    private static <T> Json array(Collection<T> items, Function<T, Json> json) {
        return new Json.Array(items.stream().map(json).toList());
    }

    private static Json seconds(Duration duration) {
        return new Json.RealNumber(duration.toMillis() / 1000.0);
    }

    private static Json number(long value) {
        return new Json.IntegerNumber(BigInteger.valueOf(value));
    }

    /** Members in the order of their addition. */
    private static final class Members {
        private final List<Json.Member> members = new ArrayList<>();

        private Members add(String name, Json value) {
            members.add(new Json.Member(name, value));
            return this;
        }

        private Members add(String name, String text) {
            return add(name, new Json.Text(text));
        }

        private Members add(String name, boolean flag) {
            return add(name, flag ? Json.Literal.TRUE : Json.Literal.FALSE);
        }

        private Members add(String name, long number) {
            return add(name, StatusJson.number(number));
        }

        /** An absent value is written as null, so that scripts find each member. */
        private Members add(String name, Optional<? extends Json> value) {
            return add(name, value.isPresent() ? value.get() : Json.Literal.NULL);
        }

        private Json object() {
            return new Json.Object(members);
        }
    }
}
