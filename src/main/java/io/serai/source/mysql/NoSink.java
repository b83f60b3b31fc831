package io.serai.source.mysql;

import io.serai.change.SourcePosition;
import io.serai.source.LogSink;
import io.serai.source.SourceTable;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Takes the events of a log for nothing, until it has enough. */
record NoSink(BooleanSupplier hasEnough) implements LogSink {
    @Override
    public void begin(long transactionId, SourcePosition commitAt, Instant commitTime) {}

    @Override
    public void change(Kind kind, SourceTable table, byte @Nullable [] before, byte @Nullable [] after) {}

    @Override
    public void truncate(List<SourceTable> tables) {}

    @Override
    public void commit(SourcePosition position) {}

    @Override
    public void idle(SourcePosition position) {}

    @Override
    public boolean isFull() {
        return hasEnough.getAsBoolean();
    }
}
