package io.serai.source.mysql;

import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import io.serai.change.GtidSet;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Asks for all transactions that are not in a set: {@code COM_BINLOG_DUMP_GTID}, also with tags, which the library does not know. Immutable. */
final class DumpCommand implements Command {
    private static final int COM_BINLOG_DUMP_GTID = 0x1e;
    private static final int BINLOG_THROUGH_GTID = 4;
    private static final int FIRST_OFFSET = 4;
    private static final long TAGGED = 1;

    private final long serverId;
    private final GtidSet executed;

    DumpCommand(long serverId, GtidSet executed) {
        this.serverId = serverId;
        this.executed = executed;
    }

    @Override
    public byte[] toByteArray() {
        ByteArrayOutputStream set = new ByteArrayOutputStream();
        boolean tagged = executed.sources().stream().anyMatch(source -> source.indexOf(':') >= 0);
        long sources = executed.sources().size();
        // With tags the form is told in the first and in the last of the eight bytes, and the number stands between
        // them.
        little(set, tagged ? TAGGED | sources << 8 | TAGGED << 56 : sources, 8);
        for (String source : executed.sources()) {
            int colon = source.indexOf(':');
            UUID uuid = UUID.fromString(colon < 0 ? source : source.substring(0, colon));
            big(set, uuid.getMostSignificantBits());
            big(set, uuid.getLeastSignificantBits());
            if (tagged) {
                byte[] tag = (colon < 0 ? "" : source.substring(colon + 1)).getBytes(StandardCharsets.US_ASCII);
                set.write(tag.length << 1);
                set.writeBytes(tag);
            }
            long[] intervals = executed.intervals(source);
            little(set, intervals.length / 2, 8);
            for (int i = 0; i < intervals.length; i += 2) {
                little(set, intervals[i], 8);
                little(set, intervals[i + 1] + 1, 8); // the end is open
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(COM_BINLOG_DUMP_GTID);
        little(out, BINLOG_THROUGH_GTID, 2);
        little(out, serverId, 4);
        little(out, 0, 4); // no file name
        little(out, FIRST_OFFSET, 8);
        little(out, set.size(), 4);
        out.writeBytes(set.toByteArray());
        return out.toByteArray();
    }

    private static void little(ByteArrayOutputStream out, long value, int count) {
        for (int i = 0; i < count; i++) {
            out.write((int) (value >>> 8 * i));
        }
    }

    private static void big(ByteArrayOutputStream out, long value) {
        for (int i = 7; i >= 0; i--) {
            out.write((int) (value >>> 8 * i));
        }
    }
}
