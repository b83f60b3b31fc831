package io.serai.syncrules.evaluator;

import io.serai.change.Row;
import io.serai.change.TableRef;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import io.serai.syncrules.TablePattern;
import java.util.Optional;

/** A row and the elements that its {@code json_each} stand at. Confined to one thread. */
final class RowScope implements Scope {
    private static final JsonEach.Row[] NO_ELEMENTS = {};

    private final Row row;
    private final ValueFormat format;
    private final TableRef table;
    private TablePattern pattern = new TablePattern(Optional.empty(), "");
    private JsonEach.Row[] elements = NO_ELEMENTS;

    RowScope(Row row, ValueFormat format, TableRef table) {
        this.row = row;
        this.format = format;
        this.table = table;
    }

    Row row() {
        return row;
    }

    ValueFormat format() {
        return format;
    }

    TableRef tableRef() {
        return table;
    }

    /** Tells through which pattern the table is read from now on, and how many {@code json_each} there are. */
    void enter(TablePattern entered, int elementCount) {
        this.pattern = entered;
        this.elements = elementCount == 0 ? NO_ELEMENTS : new JsonEach.Row[elementCount];
    }

    void set(int source, JsonEach.Row element) {
        elements[source] = element;
    }

    @Override
    public Value column(Expression.Column column) {
        Value value = row.get(column.name());
        return value == null ? Value.NULL : value.plain(format);
    }

    @Override
    public Value element(Expression.Element element) {
        JsonEach.Row current = elements[element.source()];
        return element.key() ? current.key() : current.value();
    }

    @Override
    public Value table(Expression.TableProperty property) {
        return switch (property.kind()) {
            case SCHEMA -> Value.of(table.schema());
            case NAME -> Value.of(table.name());
            case SUFFIX -> Value.of(pattern.suffix(table.name()));
        };
    }

    @Override
    public Value request(Expression.Request request) {
        throw new IllegalStateException("a row's expression has no request");
    }

    @Override
    public Value found(Expression.Found found) {
        throw new IllegalStateException("a row's expression has no lookups");
    }
}
