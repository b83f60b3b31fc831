package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.MysqlTypes;
import io.serai.testsupport.MysqlTypes.Case;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MySQL's rows that Debezium has read are those that Serai copies, but for the types that docs/debezium.md lists: no more, and no fewer. */
class MysqlValuesOfEveryTypeIT {
    /** A date that stops Debezium's engine for ever. */
    private static final String NOT_IN_THE_CALENDAR = "'2026-02-31'";

    @TempDir
    Path folder;

    @Test
    void areTheSameFromTheCopyAndFromTheLogButForThoseThatTheManualLists() throws Exception {
        Map<String, List<String>> literals = new HashMap<>();
        MysqlTypes.cases()
                .forEach((type, cases) -> literals.put(
                        type,
                        cases.stream()
                                .map(Case::literal)
                                .filter(literal -> !literal.equals(NOT_IN_THE_CALENDAR))
                                .toList()));
        TypeMatrix matrix = new TypeMatrix(literals);
        try (DebeziumTodos<MysqlTestDatabase> todos = DebeziumTodos.mysql(folder);
                Connection connection = todos.database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = 'ALLOW_INVALID_DATES'");
            statement.execute("DROP TABLE todos");
            statement.execute(matrix.create("int"));
            for (int row = 0; row < matrix.rows(); row++) {
                statement.execute(matrix.insert(row));
            }
            todos.run();
            assertThat(todos.stored()).hasSize(matrix.rows());

            statement.execute(matrix.insertStreamed("id + " + TypeMatrix.STREAMED));
            List<String> stored = todos.stored();

            assertThat(stored).hasSize(2 * matrix.rows());
            assertThat(matrix.changed(stored)).isEqualTo(TypeMatrix.listed("MySQL"));
        }
    }
}
