package io.serai.storage;

import io.serai.change.RowKey;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session that does what another one does, but for what is overridden. */
class ForwardingSource implements SourceStorage {
    private final SourceStorage session;

    ForwardingSource(SourceStorage session) {
        this.session = session;
    }

    @Override
    public long epoch() {
        return session.epoch();
    }

    @Override
    public Generations generations() {
        return session.generations();
    }

    @Override
    public SourceState state() {
        return session.state();
    }

    @Override
    public @Nullable StoredRow row(TableHandle table, RowKey key) {
        return session.row(table, key);
    }

    @Override
    public StoredRows rows(TableHandle table, @Nullable RowKey after, int limit) {
        return session.rows(table, after, limit);
    }

    @Override
    public void commit(SourceBatch batch) {
        session.commit(batch);
    }

    @Override
    public void stage(SourceBatch part) {
        session.stage(part);
    }

    @Override
    public void seal(SourceBatch last) {
        session.seal(last);
    }

    @Override
    public void startOver(SourceBatch first) {
        session.startOver(first);
    }

    @Override
    public Set<String> unbuilt() {
        return session.unbuilt();
    }

    @Override
    public void built() {
        session.built();
    }

    @Override
    public void takePart(SourceBatch last) {
        session.takePart(last);
    }

    @Override
    public void close() {
        session.close();
    }
}
