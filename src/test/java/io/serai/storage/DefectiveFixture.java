package io.serai.storage;

import io.serai.testsupport.ChildProcess;
import org.jspecify.annotations.Nullable;

/** A fixture whose storages have a defect, or none. */
public final class DefectiveFixture implements StorageFixture {
    private final StorageFixture fixture;
    private final @Nullable Defect defect;

    public DefectiveFixture(StorageFixture fixture, @Nullable Defect defect) {
        this.fixture = fixture;
        this.defect = defect;
    }

    @Override
    public BucketStorage open() {
        BucketStorage storage = fixture.open();
        return defect == null ? storage : defect.in(storage);
    }

    @Override
    public BucketStorage openReadOnly() {
        return fixture.openReadOnly();
    }

    @Override
    public void failAfter(int writes) {
        fixture.failAfter(writes);
    }

    @Override
    public void heal() {
        fixture.heal();
    }

    @Override
    public long writes() {
        return fixture.writes();
    }

    @Override
    public ChildProcess startWriter() {
        return fixture.startWriter();
    }

    @Override
    public void close() {
        fixture.close();
    }
}
