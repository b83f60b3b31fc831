package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.PostgresTypes;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that Debezium has read are those that Serai copies, but for the types that docs/debezium.md lists: no more, and no fewer. */
class ValuesOfEveryTypeIT {
    /** Two types of one name stop Debezium's engine for ever. */
    private static final String TWIN = "other.mood";

    /** A value that stops it. */
    private static final String OFFSET_WITH_SECONDS = "'00:00:00+15:59:59'";

    @TempDir
    Path folder;

    @Test
    void areTheSameFromTheCopyAndFromTheLogButForThoseThatTheManualLists() throws Exception {
        Map<String, List<String>> literals = new HashMap<>(PostgresTypes.literals());
        literals.remove(TWIN);
        literals.replaceAll((type, values) -> values.stream()
                .filter(value -> !value.equals(OFFSET_WITH_SECONDS))
                .toList());
        TypeMatrix matrix = new TypeMatrix(literals);
        try (DebeziumTodos<TestDatabase> todos = DebeziumTodos.postgres(folder)) {
            todos.database.execute(PostgresTypes.definitions());
            todos.database.execute("DROP TYPE " + TWIN, "DROP TABLE todos", matrix.create("text"));
            for (int row = 0; row < matrix.rows(); row++) {
                todos.database.execute(matrix.insert(row));
            }
            todos.run();
            assertThat(todos.stored()).hasSize(matrix.rows());

            todos.database.execute(matrix.insertStreamed("(id::int + " + TypeMatrix.STREAMED + ")::text"));
            List<String> stored = todos.stored();

            assertThat(stored).hasSize(2 * matrix.rows());
            assertThat(matrix.changed(stored)).isEqualTo(TypeMatrix.listed("Postgres"));
        }
    }
}
