package io.serai.source.mysql;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells whether an update event gives other values to some columns, without decoding any. */
final class UpdatedColumns {
    private final List<LogColumn> columns;
    private final ByteReader in;

    private UpdatedColumns(List<LogColumn> columns, ByteReader in) {
        this.columns = columns;
        this.in = in;
    }

    /**
     * Whether a row's value of one of the columns may differ.
     *
     * @param body of the event, behind its header; it is not moved
     */
    static boolean anyDiffers(LogTable table, Set<String> names, ByteReader body) {
        if (table.names().isEmpty()) {
            return true;
        }
        UpdatedColumns event = new UpdatedColumns(
                table.columns(), new ByteReader(body.array(), body.position(), body.position() + body.remaining()));
        int[] places = names.stream().mapToInt(table.names()::indexOf).toArray();
        return Arrays.stream(places).anyMatch(place -> place < 0) || event.anyDiffers(places);
    }

    private boolean anyDiffers(int[] places) {
        int count = in.packedInt();
        byte[] before = in.bits(count);
        byte[] after = in.bits(count);
        while (in.hasRemaining()) {
            byte[] @Nullable [] old = values(before, places);
            byte[] @Nullable [] now = values(after, places);
            for (int i = 0; i < places.length; i++) {
                boolean isSent = ByteReader.isSet(after, places[i]);
                boolean isKnown = ByteReader.isSet(before, places[i]);
                if (isSent && (!isKnown || !Arrays.equals(old[i], now[i]))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The bytes of an image's columns at these places; null for those that are NULL or not in the image. */
    private byte[] @Nullable [] values(byte[] present, int[] places) {
        int sent = 0;
        for (int i = 0; i < columns.size(); i++) {
            sent += ByteReader.isSet(present, i) ? 1 : 0;
        }
        byte[] nulls = in.bits(sent);
        byte[] @Nullable [] values = new byte[places.length][];
        int place = 0;
        for (int i = 0; i < columns.size(); i++) {
            if (ByteReader.isSet(present, i) && !ByteReader.isSet(nulls, place++)) {
                int start = in.position();
                LogValue.skip(in, columns.get(i));
                for (int wanted = 0; wanted < places.length; wanted++) {
                    if (places[wanted] == i) {
                        values[wanted] = Arrays.copyOfRange(in.array(), start, in.position());
                    }
                }
            }
        }
        return values;
    }
}
