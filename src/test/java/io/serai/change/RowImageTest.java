package io.serai.change;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.error.SeraiException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowImageTest {
    private static final ColumnType TEXT = new ColumnType() {
        @Override
        public Value decode(byte[] bytes) {
            return Value.of(new String(bytes, UTF_8));
        }

        @Override
        public String encoded() {
            return "text";
        }
    };

    private static final Relation TABLE = new Relation(
            new TableRef("public", "docs"),
            List.of(new Column("a", TEXT), new Column("b", TEXT), new Column("c", TEXT)),
            List.of(2, 0));

    @Test
    void decodesTextNullAndEmptyText() {
        Row row = image("x", null, "").row();

        assertThat(row.get("a")).isEqualTo(Value.of("x"));
        assertThat(row.get("b")).isEqualTo(Value.NULL);
        assertThat(row.get("c")).isEqualTo(Value.of(""));
        assertThat(row.get("d")).isNull();
    }

    @Test
    void theKeyHasItsColumnsInKeyOrder() {
        assertThat(image("first", "b", "third").key().values())
                .containsExactly("third".getBytes(UTF_8), "first".getBytes(UTF_8));
    }

    @Test
    void aKeyColumnThatIsNullHasNoKey() {
        assertThatThrownBy(() -> image(null, "b", "c").key())
                .isInstanceOf(SeraiException.class)
                .hasMessageContaining("\"a\"");
    }

    @Test
    void unknownColumnsComeFromTheEarlierImageAndNullIsNotUnknown() {
        RowImage.Builder later = new RowImage.Builder(3);
        later.addNull();
        later.addUnknown();
        later.add("new".getBytes(UTF_8), 0, 3);
        RowImage image = new RowImage(TABLE, later.bytes());
        assertThat(image.isComplete()).isFalse();

        RowImage completed = image.completedFrom(image("old a", "old b", "old c"));

        assertThat(completed.isComplete()).isTrue();
        assertThat(completed.row().get("a")).isEqualTo(Value.NULL);
        assertThat(completed.row().get("b")).isEqualTo(Value.of("old b"));
        assertThat(completed.row().get("c")).isEqualTo(Value.of("new"));
    }

    @Test
    void lengthsOfEverySizeSurvive() {
        for (int length : new int[] {0, 1, 125, 126, 127, 128, 16381, 16382, 16383, 70_000, 3_000_000}) {
            String text = "x".repeat(length);

            assertThat(image("k", text, "z").row().get("b")).isEqualTo(Value.of(text));
        }
    }

    private static RowImage image(@Nullable String... columns) {
        RowImage.Builder builder = new RowImage.Builder(columns.length);
        for (String column : columns) {
            if (column == null) {
                builder.addNull();
            } else {
                byte[] bytes = column.getBytes(UTF_8);
                builder.add(bytes, 0, bytes.length);
            }
        }
        return new RowImage(TABLE, builder.bytes());
    }
}
