package io.serai.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.RowKey;
import io.serai.change.TableRef;
import io.serai.storage.TableHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChangedKeysTest {
    private static final TableHandle LISTS = new TableHandle(1, new TableRef("public", "lists"));
    private static final TableHandle TODOS = new TableHandle(2, new TableRef("public", "todos"));

    private final ChangedKeys changedKeys = new ChangedKeys();

    @Test
    void aReadKnowsTheKeysThatChangedSinceItBegan() {
        changedKeys.changed(LISTS, List.of(key("before")));
        ChangedKeys.Read read = changedKeys.begin(LISTS);

        changedKeys.changed(LISTS, List.of(key("a"), key("b")));
        changedKeys.changed(TODOS, List.of(key("other table")));

        assertThat(changedKeys.changedSince(read)).isEqualTo(Set.of(key("a"), key("b")));
        assertThat(changedKeys.isVoid(read)).isFalse();
    }

    @Test
    void aTruncateMakesEveryReadOfTheTableVoid() {
        ChangedKeys.Read read = changedKeys.begin(LISTS);
        ChangedKeys.Read other = changedKeys.begin(TODOS);

        changedKeys.changedAll(LISTS);

        assertThat(changedKeys.isVoid(read)).isTrue();
        assertThat(changedKeys.isVoid(other)).isFalse();
    }

    @Test
    void aReadWhoseTableChangesTooMuchBecomesVoidInsteadOfFillingTheHeap() {
        ChangedKeys.Read read = changedKeys.begin(LISTS);

        for (int batch = 0; batch < 1001; batch++) {
            int first = batch * 1000;
            changedKeys.changed(
                    LISTS,
                    IntStream.range(first, first + 1000)
                            .mapToObj(n -> key("k" + n))
                            .toList());
        }

        assertThat(changedKeys.isVoid(read)).isTrue();
        assertThat(changedKeys.changedSince(read)).isEmpty();
    }

    @Test
    void aReadThatEndedIsNotFollowedAnyLonger() {
        ChangedKeys.Read read = changedKeys.begin(LISTS);
        changedKeys.end(read);

        changedKeys.changed(LISTS, List.of(key("a")));

        assertThat(changedKeys.changedSince(read)).isEmpty();
    }

    private static RowKey key(String value) {
        return RowKey.of(List.of(value.getBytes(StandardCharsets.UTF_8)));
    }
}
