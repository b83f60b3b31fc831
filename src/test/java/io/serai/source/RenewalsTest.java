package io.serai.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Lsn;
import io.serai.change.Relation;
import io.serai.change.TableRef;
import io.serai.source.CatalogLook.Appeared;
import io.serai.source.CatalogLook.Difference;
import io.serai.source.CatalogLook.Gone;
import io.serai.storage.SourceBatch;
import io.serai.storage.SourceState;
import io.serai.storage.TableHandle;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RenewalsTest {
    private final NavigableMap<String, byte[]> entries = new TreeMap<>();
    private final NavigableMap<Integer, SourceTable> tables = new TreeMap<>();

    /** Rows of the former table may wait in a copy stage to leave; they are known by its number. */
    @Test
    void giveNoNumberTwice() {
        for (int number = 0; number < 2; number++) {
            tables.put(number, new SourceTable(handle(number, "t" + number), number, relation("t" + number), ""));
        }
        write(new Gone(Objects.requireNonNull(tables.get(1)), ""));
        tables.remove(1); // as when its rows have left

        SourceBatch write = write(new Appeared(new CatalogTable(relation("new"), "", 0), ""));

        assertThat(write.entries()).containsKey(Entries.table(2)).doesNotContainKey(Entries.table(1));
    }

    private SourceBatch write(Difference difference) {
        SourceBatch write = Renewals.write(
                new SourceState(Optional.of(Lsn.ZERO), true, entries),
                tables,
                new CatalogLook(List.of(difference), Lsn.ZERO));
        write.entries().forEach((name, value) -> {
            if (value == null) {
                entries.remove(name);
            } else {
                entries.put(name, value);
            }
        });
        return write;
    }

    private static TableHandle handle(int number, String name) {
        return new TableHandle(number, new TableRef("public", name));
    }

    private static Relation relation(String name) {
        return new Relation(new TableRef("public", name), List.of(), List.of());
    }
}
