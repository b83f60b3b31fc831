package io.serai.api.sync;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Compresses as one gzip member (RFC 1952). Each piece is compressed by itself, so that a stream which waits holds no compressor: those that there are
 * serve the pieces of all streams. Confined to one thread.
 */
final class GzipOutput implements Output {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final byte[] LAST_BLOCK = {3, 0};
    private static final int ROOM = 8192;

    /** Compressors that nobody uses; more are made and ended as they are needed. Thread-safe. */
    static final class Compressors {
        private static final int KEPT = 8;

        private final BlockingQueue<Deflater> idle = new ArrayBlockingQueue<>(KEPT);

        private Deflater take() {
            Deflater kept = idle.poll();
            return kept == null ? new Deflater(Deflater.BEST_SPEED, true) : kept;
        }

        private void giveBack(Deflater used) {
            used.reset();
            if (!idle.offer(used)) {
                used.end();
            }
        }
    }

    private final Output output;
    private final Compressors compressors;
    private final CRC32 sum = new CRC32();
    private boolean hasBegun;
    private long length;

    GzipOutput(Output output, Compressors compressors) {
        this.output = output;
        this.compressors = compressors;
    }

    @Override
    public void write(byte[] bytes) throws ClientGone, InterruptedException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream(bytes.length / 4 + HEADER.length + 64);
        begin(compressed);
        sum.update(bytes);
        length += bytes.length;
        Deflater deflater = compressors.take();
        try {
            deflater.setInput(bytes);
            byte[] room = new byte[ROOM];
            int count;
            do {
                // A full flush ends at a byte, and what follows refers to nothing before it.
                count = deflater.deflate(room, 0, room.length, Deflater.FULL_FLUSH);
                compressed.write(room, 0, count);
            } while (count == room.length);
        } finally {
            compressors.giveBack(deflater);
        }
        output.write(compressed.toByteArray());
    }

    @Override
    public void end() throws ClientGone, InterruptedException {
        ByteArrayOutputStream last = new ByteArrayOutputStream(HEADER.length + LAST_BLOCK.length + Long.BYTES);
        begin(last);
        last.writeBytes(LAST_BLOCK);
        last.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) sum.getValue())
                .putInt((int) length)
                .array());
        output.write(last.toByteArray());
        output.end();
    }

    private void begin(ByteArrayOutputStream to) {
        if (!hasBegun) {
            to.writeBytes(HEADER);
            hasBegun = true;
        }
    }
}
