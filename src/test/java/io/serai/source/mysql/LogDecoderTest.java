package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.GtidPosition;
import io.serai.change.GtidSet;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The name of the file that an event names, whatever its checksum looks like. */
class LogDecoderTest {
    private static final int ROTATE = 4;
    private static final int HEADER_REST = 14;
    private static final GtidPosition START = GtidPosition.of(GtidSet.EMPTY);

    @ParameterizedTest
    @CsvSource({"'',binlog.000035", "3abc,binlog.000035", "0000,binlog.000035", "zabc,a-b.1000001"})
    void aNameEndsBeforeTheChecksum(String checksum, String name) {
        LogTransaction transaction = new LogTransaction("server", START, null, new Reached());
        LogDecoder decoder = new LogDecoder(
                transaction,
                true,
                new FollowedTables(List.of(), ForeignKeys.NONE, MysqlDatabase.NO_TABLES, START, Set.of()));

        decoder.decode(rotate(name + checksum), 0, false, new NoSink(() -> false));

        assertThat(transaction.file()).isEqualTo(name);
    }

    private static byte[] rotate(String end) {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        event.writeBytes(new byte[] {0, 0, 0, 0, ROTATE});
        event.writeBytes(new byte[HEADER_REST]);
        event.writeBytes(new byte[] {4, 0, 0, 0, 0, 0, 0, 0});
        event.writeBytes(end.getBytes(StandardCharsets.UTF_8));
        return event.toByteArray();
    }
}
