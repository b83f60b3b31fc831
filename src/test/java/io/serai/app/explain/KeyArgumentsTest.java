package io.serai.app.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.Column;
import io.serai.change.ColumnType;
import io.serai.change.Relation;
import io.serai.change.TableRef;
import io.serai.change.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyArgumentsTest {
    private static final ColumnType TEXT = new ColumnType() {
        @Override
        public Value decode(byte[] bytes) {
            return Value.of(new String(bytes, StandardCharsets.UTF_8));
        }

        @Override
        public String encoded() {
            return "text";
        }
    };
    private static final TableRef MEMBERS = new TableRef("crm", "members");
    private static final List<Column> COLUMNS =
            List.of(new Column("name", TEXT), new Column("list", TEXT), new Column("since", TEXT));
    private static final Relation BY_LIST_AND_NAME = new Relation(MEMBERS, COLUMNS, List.of(1, 0));
    private static final Relation BY_NAME = new Relation(MEMBERS, COLUMNS, List.of(0));

    @Test
    void areAValueForEachColumnInKeyOrder() {
        List<String> values = KeyArguments.values(List.of("12", "ann"), BY_LIST_AND_NAME);

        assertThat(values).containsExactly("12", "ann");
        assertThat(KeyArguments.named(values, BY_LIST_AND_NAME).text()).isEqualTo("{\"list\":\"12\",\"name\":\"ann\"}");
        assertThat(KeyArguments.key(values).values())
                .extracting(value -> new String(value, StandardCharsets.UTF_8))
                .containsExactly("12", "ann");
    }

    @Test
    void mayBeOneJsonArrayWhereTheKeyHasSeveralColumns() {
        assertThat(KeyArguments.values(List.of("[12,\"ann\"]"), BY_LIST_AND_NAME))
                .containsExactly("12", "ann");
    }

    @Test
    void areTakenAsTheyAreWhereTheKeyHasOneColumn() {
        assertThat(KeyArguments.values(List.of("[12,\"ann\"]"), BY_NAME)).containsExactly("[12,\"ann\"]");
    }

    @Test
    void ofAnotherNumberAreRefusedWithTheNamesOfTheColumns() {
        assertThatThrownBy(() -> KeyArguments.values(List.of("ann"), BY_LIST_AND_NAME))
                .hasMessage("[SERAI-S3105] The key has 2 columns, 1 value was given (table crm.members)."
                        + " Give a value for each of: list, name.");
        assertThatThrownBy(() -> KeyArguments.values(List.of("ann", "bob"), BY_NAME))
                .hasMessageContaining("The key has 1 column, 2 values were given");
    }
}
