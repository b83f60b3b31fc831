package io.serai.storage.rocksdb;

import io.serai.change.ClusterTime;
import io.serai.change.GtidPosition;
import io.serai.change.Lsn;
import io.serai.change.SourcePosition;
import org.jspecify.annotations.Nullable;

/** The stored form of positions: a number for the kind, and the database's own text. */
final class Positions {
    private static final int NONE = 0;
    private static final int LSN = 1;
    private static final int CLUSTER_TIME = 2;
    private static final int GTID = 3;

    private Positions() {}

    static void write(Encoder out, @Nullable SourcePosition position) {
        switch (position) {
            case null -> out.u8(NONE);
            case Lsn lsn -> out.u8(LSN).text(lsn.text());
            case ClusterTime time -> out.u8(CLUSTER_TIME).text(time.text());
            case GtidPosition gtid -> out.u8(GTID).text(gtid.text());
        }
    }

    static @Nullable SourcePosition read(Decoder in) {
        int kind = in.u8();
        return switch (kind) {
            case NONE -> null;
            case LSN -> Lsn.parse(in.text());
            case CLUSTER_TIME -> ClusterTime.parse(in.text());
            case GTID -> GtidPosition.parse(in.text());
            default -> throw new IllegalStateException("unknown kind of position: " + kind);
        };
    }
}
