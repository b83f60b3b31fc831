package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.source.TableSelection;
import io.serai.source.postgres.DescribedTable.Obstacle;
import io.serai.source.postgres.PartitionTree.Entry;
import io.serai.source.postgres.PublishedTable.Leaf;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** t has the partitions t_1 and t_2, and that has t_21 and t_22; u is a table of its own. */
class PartitionTreeTest {
    private static final List<String> NAMES = List.of("t", "t_1", "t_2", "t_21", "t_22", "u");
    private static final List<String> PARENTS = List.of("", "t", "t", "t_2", "t_2", "");
    private static final Set<String> PARTITIONED = Set.of("t", "t_2");
    private static final String NOT_TOLD_APART = "notToldApart";
    private static final String NAMED_TWICE = "namedTwice";

    @ParameterizedTest(name = "via root {0}: {2} of {1}")
    @CsvSource({
        "false, t t_1 t_2 t_21 t_22 u, %,     t u",
        "true,  t t_1 t_2 t_21 t_22 u, %,     t u",
        "false, t u,                   %,     t u",
        "true,  t u,                   %,     t u",
        "false, t,                     t,     t",
        "true,  t,                     t,     t",
        "false, t,                     t_%,   t_1 t_2",
        "false, t,                     t_1,   t_1",
        "false, t,                     t_21,  t_21",
        "true,  t,                     t_1,   t_1:notToldApart",
        "true,  t,                     t_2%,  t_2:notToldApart t_21:notToldApart t_22:notToldApart",
        "false, t,                     t t_1, t t_1:namedTwice",
        "true,  t,                     t t_1, t t_1:namedTwice",
        "false, t,                     t_2 t_21, t_2 t_21:namedTwice",
        "false, t_2,                   %,     t_2",
        "true,  t_2,                   %,     t_2",
        "false, t_21 t_22,             %,     t_21 t_22",
        "true,  t_21 t_22,             %,     t_21 t_22",
        "false, t_1 t_2,               t,     ''",
    })
    void choosesWhatIsATable(boolean viaRoot, String members, String selected, String expected) {
        PartitionTree tree = new PartitionTree(entries(viaRoot, members));

        List<String> chosen = tree.wanted(selection(selected)).stream()
                .map(table -> table.table().name() + suffix(table.misfit()))
                .toList();

        assertThat(String.join(" ", chosen)).isEqualTo(expected);
    }

    @Test
    void countsPartitionsOfAllLevels() {
        PublishedTable table =
                new PartitionTree(entries(false, "t")).wanted(selection("t")).getFirst();

        assertThat(table.leaves())
                .extracting(leaf -> leaf.table().name(), Leaf::inheritance)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("t_1", "v2"),
                        org.assertj.core.groups.Tuple.tuple("t_21", "v4.v3"),
                        org.assertj.core.groups.Tuple.tuple("t_22", "v5.v3"));
        assertThat(table.estimatedRows()).isEqualTo(30);
    }

    @Test
    void knowsAPartitionThatLeftAndCameBack() {
        List<Entry> entries = entries(false, "t");
        String before = membership(new PartitionTree(entries), "t_21");
        Entry again = entries.get(2);
        entries.set(2, new Entry(again.table(), again.isMember(), again.persistence(), again.parent(), "v9"));

        assertThat(membership(new PartitionTree(entries), "t_21")).isNotEqualTo(before);
        assertThat(membership(new PartitionTree(entries), "t_1"))
                .isEqualTo(membership(new PartitionTree(entries(false, "t")), "t_1"));
    }

    private static String membership(PartitionTree tree, String name) {
        PublishedTable table = tree.table(NAMES.indexOf(name) + 1L);
        return table == null ? "" : table.membership();
    }

    private static String suffix(@Nullable Obstacle misfit) {
        if (misfit == null) {
            return "";
        }
        return ":" + (misfit.code() == ErrorCode.POSTGRES_PUBLICATION_INCOMPLETE ? NOT_TOLD_APART : NAMED_TWICE);
    }

    private static TableSelection selection(String patterns) {
        List<String> all = List.of(patterns.split(" "));
        return ReplicatedDatabase.selection(
                table -> all.stream()
                        .anyMatch(pattern -> pattern.endsWith("%")
                                ? table.name().startsWith(pattern.substring(0, pattern.length() - 1))
                                : table.name().equals(pattern)),
                all.stream()
                        .filter(pattern -> !pattern.endsWith("%"))
                        .map(PartitionTreeTest::ref)
                        .toArray(TableRef[]::new));
    }

    private static List<Entry> entries(boolean viaRoot, String members) {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < NAMES.size(); i++) {
            String name = NAMES.get(i);
            PublishedTable table = new PublishedTable(
                    i + 1,
                    ref(name),
                    PARTITIONED.contains(name) ? 'p' : 'r',
                    'd',
                    viaRoot,
                    false,
                    false,
                    false,
                    "m" + i,
                    "file " + i,
                    10,
                    List.of(),
                    null);
            int parent = NAMES.indexOf(PARENTS.get(i));
            entries.add(new Entry(table, List.of(members.split(" ")).contains(name), 'p', parent + 1L, "v" + (i + 1)));
        }
        return entries;
    }

    private static TableRef ref(String name) {
        return new TableRef("public", name);
    }
}
