package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.source.ChunkRange;
import io.serai.source.ChunkRead;
import io.serai.source.SnapshotReader;
import io.serai.source.SourceTable;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ranges of a table's copy have each row once, whatever its key is made of. */
class KeyDivisionIT {
    private static final int ROWS = 2000;
    private static final long TARGET_BYTES = 1 << 14;
    private static final String WHOLE = KeyRange.ALL.chunk().text();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            id int                                                  | id         | n                                              | 8
            id bigint unsigned                                      | id         | 18446744073709551615 - n * 1000000             | 8
            id char(36)                                             | id         | UUID()                                         | 2
            id char(36) CHARACTER SET ascii COLLATE ascii_bin       | id         | UUID()                                         | 2
            id varchar(40) COLLATE utf8mb4_0900_as_cs               | id         | CONCAT(IF(n % 2, 'Todo-', 'todo-'), n)         | 2
            id varchar(40) CHARACTER SET latin1                     | id         | CONCAT('é', CHAR(65 + n % 26), n)              | 4
            id varchar(40) COLLATE utf8mb4_bin                      | id         | CONCAT('日本', CHAR(19968 + n USING utf32), n)   | 1
            id varchar(40)                                          | id         | CONCAT(ELT(1 + n % 3, '', 'é', '~'), n)        | 2
            id varbinary(40)                                        | id         | UNHEX(SHA2(n, 256))                            | 8
            id binary(16)                                           | id         | UNHEX(REPLACE(UUID(), '-', ''))                | 2
            id varchar(10), tenant varchar(10)                      | tenant, id | n, CHAR(97 + n % 5)                            | 3
            id varchar(10), tenant varchar(10)                      | tenant, id | n, 'only'                                      | 1
            id decimal(20, 5)                                       | id         | n * 1.5                                        | 1
            """)
    void eachRowIsInOneRange(String columns, String key, String values, int leastRanges) throws Exception {
        try (MysqlTestDatabase database = MysqlServer.shared().createDatabase();
                LoggedRows rows = new LoggedRows(database)) {
            database.execute(
                    "SET SESSION cte_max_recursion_depth = " + ROWS,
                    "CREATE TABLE t (" + columns + ", filler text, PRIMARY KEY (" + key + "))",
                    "INSERT INTO t WITH RECURSIVE g AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM g WHERE n < " + ROWS
                            + ") SELECT " + values + ", REPEAT('x', 200) FROM g",
                    "ANALYZE TABLE t");
            rows.prepare();
            SourceTable table = rows.table("t");

            try (SnapshotReader reader = rows.source().snapshotReader()) {
                List<ChunkRange> ranges = reader.plan(table, TARGET_BYTES);
                assertThat(ranges).hasSizeGreaterThanOrEqualTo(leastRanges);
                List<String> read = new ArrayList<>();
                for (ChunkRange range : ranges) {
                    assertThat(readAll(reader, table, range, rows, read)).isPositive();
                }
                List<String> all = new ArrayList<>();
                readAll(reader, table, new ChunkRange(WHOLE), rows, all);

                assertThat(read).hasSize(ROWS).isEqualTo(all);
            }
        }
    }

    private static int readAll(
            SnapshotReader reader, SourceTable table, ChunkRange range, LoggedRows rows, List<String> images)
            throws Exception {
        int before = images.size();
        Optional<ChunkRange> left = Optional.of(range);
        while (left.isPresent()) {
            ChunkRead read = reader.read(
                    table,
                    left.get(),
                    TARGET_BYTES,
                    rows.source().delivered(new byte[0]),
                    image -> images.add(HexFormat.of().formatHex(image)));
            left = read.rest();
        }
        return images.size() - before;
    }
}
