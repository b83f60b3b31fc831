package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.RowImage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnOrderTest {
    private static final List<String> TABLE = List.of("id", "note", "doc");

    @Test
    void putsColumnsWhereTheTableHasThem() {
        ColumnOrder order =
                ColumnOrder.between(TABLE, List.of("doc", "id", "note")).orElseThrow();

        assertThat(order.apply(image("d".repeat(300), "7", "~"))).isEqualTo(image("7", "~", "d".repeat(300)));
        assertThat(order.apply(image("?", "", "n"))).isEqualTo(image("", "n", "?"));
        assertThat(order.place(0)).isEqualTo(1);
    }

    @Test
    void leavesImagesInTheSameOrderAsTheyAre() {
        ColumnOrder order = ColumnOrder.between(TABLE, TABLE).orElseThrow();
        byte[] image = image("7", "n", "d");

        assertThat(order.apply(image)).isSameAs(image);
    }

    @Test
    void isNoneWhereTheColumnsAreOthers() {
        assertThat(ColumnOrder.between(TABLE, List.of("id", "note"))).isEmpty();
        assertThat(ColumnOrder.between(TABLE, List.of("id", "note", "doc", "more")))
                .isEmpty();
        assertThat(ColumnOrder.between(TABLE, List.of("id", "note", "docs"))).isEmpty();
    }

    /** {@code ?} is an unknown column, {@code ~} is NULL. */
    private static byte[] image(String... columns) {
        RowImage.Builder builder = new RowImage.Builder(columns.length);
        for (String column : columns) {
            if (column.equals("~")) {
                builder.addNull();
            } else if (column.equals("?")) {
                builder.addUnknown();
            } else {
                byte[] bytes = column.getBytes(StandardCharsets.UTF_8);
                builder.add(bytes, 0, bytes.length);
            }
        }
        return builder.bytes();
    }
}
