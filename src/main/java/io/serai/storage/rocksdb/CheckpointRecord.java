package io.serai.storage.rocksdb;

import io.serai.bucket.OpId;
import io.serai.change.SourcePosition;
import io.serai.storage.Checkpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The stored form of checkpoints. */
final class CheckpointRecord {
    private CheckpointRecord() {}

    static byte[] encode(Checkpoint checkpoint) {
        Encoder out = new Encoder(64)
                .i64(checkpoint.sequence())
                .i64(checkpoint.opId().value())
                .varint(checkpoint.positions().size());
        checkpoint.positions().forEach((source, position) -> Positions.write(out.text(source), position));
        return out.toBytes();
    }

    static Checkpoint decode(byte[] bytes) {
        Decoder in = new Decoder(bytes);
        long sequence = in.i64();
        OpId opId = new OpId(in.i64());
        Map<String, SourcePosition> positions = new HashMap<>();
        for (int left = in.varint(); left > 0; left--) {
            positions.put(in.text(), Objects.requireNonNull(Positions.read(in)));
        }
        return new Checkpoint(sequence, opId, positions);
    }
}
