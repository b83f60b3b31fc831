package io.serai.source.mysql;

import io.serai.change.NumberText;
import io.serai.change.Value;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The JSON text of a geometry's coordinates, from MySQL's internal form: four bytes of SRID and well-known binary. */
final class GeometryText {
    private static final int SRID_BYTES = 4;
    private static final int POINT = 1;
    private static final int LINE = 2;
    private static final int POLYGON = 3;

    private final ByteBuffer bytes;
    private final StringBuilder out = new StringBuilder();

    private GeometryText(byte[] geometry) {
        this.bytes = ByteBuffer.wrap(geometry);
    }

    /** The text; bytes that are no geometry stay a BLOB. */
    static Value of(byte[] geometry) {
        try {
            GeometryText text = new GeometryText(geometry);
            text.bytes.position(SRID_BYTES);
            text.geometry();
            return Value.of(text.out.toString());
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return new Value.BlobValue(geometry);
        }
    }

    private void geometry() {
        bytes.order(bytes.get() == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        switch (bytes.getInt()) {
            case POINT -> point();
            case LINE -> list(this::point);
            case POLYGON -> list(() -> list(this::point));
            default -> list(this::geometry);
        }
    }

    private void list(Runnable element) {
        out.append('[');
        for (int i = 0, count = bytes.getInt(); i < count; i++) {
            if (i > 0) {
                out.append(',');
            }
            element.run();
        }
        out.append(']');
    }

    private void point() {
        out.append("{\"x\":");
        NumberText.appendJson(out, bytes.getDouble());
        out.append(",\"y\":");
        NumberText.appendJson(out, bytes.getDouble());
        out.append('}');
    }
}
