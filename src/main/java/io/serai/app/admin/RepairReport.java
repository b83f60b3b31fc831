package io.serai.app.admin;

import io.serai.change.Json;
import io.serai.source.Repair;
import io.serai.source.SourceTable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code serai resync} and {@code serai retry} print. Immutable.
 *
 * @param isDone whether the repair is done; else it is stored, and done when the sources run
 * @param problem why a source does not do it now, empty when nothing is wrong or nothing runs
 */
public record RepairReport(Repair repair, List<RepairedTable> tables, boolean isDone, Optional<String> problem) {
    /** Copies the list. */
    public RepairReport {
        tables = List.copyOf(tables);
    }

    /**
     * What became of a table.
     *
     * @param rows that went through the route, or were read
     * @param diverted how many of its rows are listed now
     */
    public record RepairedTable(String source, String table, long rows, long diverted) {}

    /** A report of what is stored and done later. */
    public static RepairReport later(Repair repair, Map<String, List<SourceTable>> targets) {
        return notDone(repair, targets, Optional.empty());
    }

    static RepairReport notDone(Repair repair, Map<String, List<SourceTable>> targets, Optional<String> problem) {
        List<RepairedTable> tables = new ArrayList<>();
        targets.forEach((source, of) -> of.forEach(
                table -> tables.add(new RepairedTable(source, table.table().toString(), 0, 0))));
        return new RepairReport(repair, tables, tables.isEmpty(), problem);
    }

    /** The report in one of its two forms. */
    public CommandResult in(StatusFormat format) {
        boolean isLeft = repair == Repair.RETRY && isDone && tables.stream().anyMatch(table -> table.diverted() > 0);
        String text = switch (format) {
            case TEXT -> text();
            case JSON -> json();
        };
        return new CommandResult(text, problem.isEmpty() && !isLeft);
    }

    private String text() {
        StringBuilder out = new StringBuilder();
        if (tables.isEmpty()) {
            out.append(repair == Repair.RETRY ? "No row is diverted.\n" : "No table is replicated yet.\n");
        }
        for (RepairedTable table : tables) {
            out.append("source ")
                    .append(table.source())
                    .append(", table ")
                    .append(table.table())
                    .append(": ");
            out.append(isDone ? done(table) : waiting()).append('\n');
        }
        problem.ifPresent(why -> out.append(why).append('\n'));
        if (!isDone) {
            out.append(
                    problem.isEmpty()
                            ? "It is done at the next \"serai run\".\n"
                            : "It is done when the source goes on.\n");
        }
        return out.toString();
    }

    private String done(RepairedTable table) {
        String rows = Human.count(table.rows())
                + (table.rows() == 1 ? " row" : " rows")
                + (repair == Repair.COPY ? " read again" : " sent through the route");
        return rows + ", " + (table.diverted() == 0 ? "none" : Human.count(table.diverted())) + " diverted";
    }

    private String waiting() {
        return switch (repair) {
            case RETRY -> "its diverted rows will be sent through the route";
            case RESYNC -> "its stored rows will be sent through the route";
            case COPY -> "will be read again";
        };
    }

    private String json() {
        List<Json> list = tables.stream()
                .<Json>map(table -> new Json.Object(List.of(
                        new Json.Member("source", new Json.Text(table.source())),
                        new Json.Member("table", new Json.Text(table.table())),
                        new Json.Member("rows", number(table.rows())),
                        new Json.Member("diverted", number(table.diverted())))))
                .toList();
        return new Json.Object(List.of(
                                new Json.Member("done", isDone ? Json.Literal.TRUE : Json.Literal.FALSE),
                                new Json.Member("tables", new Json.Array(list)),
                                new Json.Member(
                                        "problem",
                                        problem.<Json>map(Json.Text::new).orElse(Json.Literal.NULL))))
                        .text()
                + "\n";
    }

    private static Json number(long value) {
        return new Json.IntegerNumber(BigInteger.valueOf(value));
    }
}
