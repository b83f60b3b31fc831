package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Column;
import io.serai.change.Relation;
import io.serai.change.Row;
import io.serai.change.RowImage;
import io.serai.change.TableRef;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import io.serai.source.LogSink;
import io.serai.source.SourceTable;
import io.serai.storage.TableHandle;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Table maps as MySQL 5.7 writes them: types, and neither names, nor signs, nor character sets. What is stored of the table serves for these. */
class LogTableTest {
    private static final TableRef NAME = new TableRef("shop", "items");
    private static final SourceTable STORED = new SourceTable(
            new TableHandle(1, NAME),
            1,
            new Relation(
                    NAME,
                    List.of(
                            column("id", "int", true, 0, 0, ""),
                            column("name", "varchar", false, 40, 0, "latin1"),
                            column("price", "decimal", false, 10, 2, "")),
                    List.of(0)),
            "");

    @Test
    void aRowIsReadWithTheStoredTypes() {
        LogTable table = LogTable.read(NAME, STORED, new ByteReader(map(40)));
        assertThat(table.difference()).isNull();
        assertThat(table.names()).containsExactly("id", "name", "price");

        byte[] rows = bytes(3, 7, 0, 0xff, 0xff, 0xff, 0xff, 2, 'h', 0xe9, 0x80, 0, 0, 1, 50);
        RowsEvent event = new RowsEvent(LogSink.Kind.INSERT, false, table, STORED, new ByteReader(rows));
        RowsEvent.Change change = event.next();

        Row row = new RowImage(
                        STORED.relation(),
                        Objects.requireNonNull(Objects.requireNonNull(change).after()))
                .row();
        assertThat(row.value(0).plain(ValueFormat.CURRENT)).isEqualTo(new Value.IntegerValue(4294967295L));
        assertThat(row.value(1).plain(ValueFormat.CURRENT)).isEqualTo(new Value.TextValue("hé"));
        assertThat(row.value(2).plain(ValueFormat.CURRENT)).isEqualTo(new Value.TextValue("1.50"));
        assertThat(event.hasNext()).isFalse();
    }

    @Test
    void anotherLengthIsAnotherColumn() {
        assertThat(LogTable.read(NAME, STORED, new ByteReader(map(80))).difference())
                .isEqualTo("column \"name\" was altered");
    }

    @Test
    void ofATableThatIsNotReplicatedThereAreNoNames() {
        LogTable table = LogTable.read(NAME, null, new ByteReader(map(40)));

        assertThat(table.columns()).hasSize(3);
        assertThat(table.names()).isEmpty();
    }

    /** What follows the names: three columns, the metadata of two of them, and which may be NULL. */
    private static byte[] map(int length) {
        return bytes(3, LogValue.LONG, LogValue.VARCHAR, LogValue.DECIMAL, 4, length, 0, 10, 2, 6);
    }

    private static Column column(String name, String type, boolean unsigned, int length, int decimals, String charset) {
        return new Column(name, new MysqlType(type, unsigned, length, decimals, charset, List.of()));
    }

    private static byte[] bytes(int... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int value : values) {
            out.write(value);
        }
        return out.toByteArray();
    }
}
