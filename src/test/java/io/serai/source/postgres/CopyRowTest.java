package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Column;
import io.serai.change.Relation;
import io.serai.change.TableRef;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopyRowTest {
    private static final Relation RELATION = new Relation(
            new TableRef("public", "todos"), Collections.nCopies(3, new Column("c", ScalarType.TEXT)), List.of(0));

    @Test
    void readsEveryEscape() {
        assertThat(words("a\\tb\\nc\\rd\\\\e\\bf\\fg\\vh\t\\\\N\tž\n")).isEqualTo("a\tb\nc\rd\\e\bf\fg\u000bh|\\N|ž");
    }

    @Test
    void tellsNullFromTheEmptyTextAtEveryPlace() {
        assertThat(words("\\N\t\t\\N\n")).isEqualTo("~||~");
        assertThat(words("\t\\N\t\n")).isEqualTo("|~|");
    }

    @Test
    void readsRowsThatAreLongerThanItsBuffer() {
        String large = "x\\\\".repeat(100_000);

        assertThat(words(large + "\ta\tb\n")).isEqualTo("x\\".repeat(100_000) + "|a|b");
        assertThat(words("y".repeat(100_000) + "\ta\tb\n")).startsWith("yyy").endsWith("|a|b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {"(0,1) 0.1", "(4294967294,291) 4294967294.291"})
    void knowsThePlaceOfARowFromItsFirstColumn(String ctid, String place) {
        byte[] row = (ctid + "\tx\n").getBytes(StandardCharsets.US_ASCII);

        PageRange rest = new PageRange(0, 7, 0, 0, 4294967295L).from(CopyRow.firstColumn(row));

        assertThat(rest.range().text()).isEqualTo("7:" + place + "-4294967295");
        assertThat(PageRange.parse(rest.range())).isEqualTo(rest);
        assertThat(new CopyRow().encode(row, CopyRow.secondColumn(row))).containsExactly(3, 'x');
    }

    private static String words(String row) {
        return RecordedLog.words(RELATION, new CopyRow().encode(row.getBytes(StandardCharsets.UTF_8), 0));
    }
}
