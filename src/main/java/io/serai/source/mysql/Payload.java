package io.serai.source.mysql;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The events of a compressed transaction, unpacked one after the other. Confined to one thread. */
final class Payload {
    private static final int END = 0;
    private static final int SIZE = 1;
    private static final int COMPRESSION = 2;
    private static final int ZSTD = 0;
    private static final int HEADER = 19;
    private static final int LENGTH_AT = 9;

    private final InputStream in;

    private Payload(InputStream in) {
        this.in = in;
    }

    /** The events of a payload event's body: fields, each a number, a length and a value, and what was compressed. */
    static Payload read(ByteReader body) {
        long size = 0;
        long compression = ZSTD;
        for (int field = body.packedInt(); field != END; field = body.packedInt()) {
            int end = body.packedInt() + body.position();
            switch (field) {
                case SIZE -> size = body.packed();
                case COMPRESSION -> compression = body.packed();
                default -> {
                    // the size before
                }
            }
            body.skip(end - body.position());
        }
        InputStream packed = new ByteArrayInputStream(body.array(), body.position(), Math.toIntExact(size));
        try {
            return new Payload(compression == ZSTD ? new ZstdInputStream(packed) : packed);
        } catch (IOException e) {
            throw new IllegalStateException("a compressed transaction cannot be read", e);
        }
    }

    /** The next event; null after the last. */
    byte @Nullable [] next() throws IOException {
        byte[] header = in.readNBytes(HEADER);
        if (header.length < HEADER) {
            in.close();
            return null;
        }
        int length = (int) new ByteReader(header, LENGTH_AT, HEADER).u32();
        byte[] event = new byte[length];
        System.arraycopy(header, 0, event, 0, HEADER);
        in.readNBytes(event, HEADER, length - HEADER);
        return event;
    }
}
