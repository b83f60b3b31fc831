package io.serai.storage;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What a storage may do wrong, and which part of which contract finds it. */
@SuppressWarnings("ImmutableEnumChecker") // the functions have no state
public enum Defect {
    LOSES_AN_OPERATION(SourceStorageContract.ARowThatIsCommitted.class, storage -> new ForwardingStorage(storage) {
        @Override
        public void operations(BucketName bucket, OpId after, Checkpoint checkpoint, Consumer<BucketOp> consumer) {
            List<BucketOp> operations = new ArrayList<>();
            super.operations(bucket, after, checkpoint, operations::add);
            operations.stream().skip(1).forEach(consumer);
        }
    }),

    SHOWS_OPERATIONS_BEHIND_THE_CHECKPOINT(
            BucketStorageContract.ACheckpoint.class, storage -> new ForwardingStorage(storage) {
                @Override
                public void operations(
                        BucketName bucket, OpId after, Checkpoint checkpoint, Consumer<BucketOp> consumer) {
                    super.operations(bucket, after, checkpoint().orElse(checkpoint), consumer);
                }
            }),

    COUNTS_ONE_TOO_MANY(BucketStorageContract.OperationsOfABucket.class, storage -> new ForwardingStorage(storage) {
        @Override
        public BucketSum sum(BucketName bucket, Checkpoint checkpoint) {
            BucketSum sum = super.sum(bucket, checkpoint);
            return new BucketSum(sum.count() + 1, sum.checksum());
        }
    }),

    COMPACTS_NOTHING(CompactionContract.I9ABucketThatIsCompacted.class, storage -> new ForwardingStorage(storage) {
        @Override
        public Compaction compact(Checkpoint upTo) {
            return new Compaction(0, 0, 0, 0);
        }
    }),

    FORGETS_CHECKSUMS_WITH_A_CLEAR(
            CompactionContract.I9ABucketThatIsCompacted.class, storage -> new ForwardingStorage(storage) {
                @Override
                public void operations(
                        BucketName bucket, OpId after, Checkpoint checkpoint, Consumer<BucketOp> consumer) {
                    super.operations(bucket, after, checkpoint, op -> {
                        boolean isClear = op.kind() == BucketOp.Kind.CLEAR;
                        consumer.accept(isClear ? new BucketOp(op.opId(), op.kind(), "", "", null, 0, null) : op);
                    });
                }
            }),

    TELLS_NO_LISTENER(BucketStorageContract.AListenerForCheckpoints.class, storage -> new ForwardingStorage(storage) {
        @Override
        public Subscription onCheckpoint(Consumer<Checkpoint> listener) {
            return () -> {};
        }
    }),

    SHOWS_PARTS_OF_A_TRANSACTION(
            SourceStorageContract.I3ATransactionThatIsStaged.class,
            sessions((storage, session) -> new ForwardingSource(session) {
                @Override
                public void stage(SourceBatch part) {
                    if (part.truncated().isEmpty()) {
                        commit(part);
                    }
                }

                @Override
                public void seal(SourceBatch last) {
                    if (last.truncated().isEmpty()) {
                        commit(last);
                    }
                }
            })),

    LETS_A_FENCED_SESSION_WRITE(
            SourceStorageContract.I7ASourceThatIsAcquiredAgain.class,
            sessions((storage, session) -> new ForwardingSource(session) {
                @Override
                public void commit(SourceBatch batch) {
                    try {
                        super.commit(batch);
                    } catch (SeraiException e) {
                        TestRows.acquire(storage, "shop", TestRows.OWNED, TestRows.GLOBAL)
                                .commit(batch);
                    }
                }
            })),

    WRITES_WHAT_DID_NOT_CHANGE(
            SourceStorageContract.I5AChangeThatChangesNothing.class,
            sessions((storage, session) -> new ForwardingSource(session) {
                @Override
                public void commit(SourceBatch batch) {
                    SourceBatch gone = new SourceBatch();
                    batch.rows()
                            .forEach((table, states) ->
                                    states.keySet().forEach(key -> gone.row(table, key, RowState.Absent.ABSENT)));
                    super.commit(gone);
                    super.commit(batch);
                }
            })),

    HIDES_A_FAILED_WRITE(
            StorageFaultContract.I2AWriteThatFails.class, sessions((storage, session) -> new ForwardingSource(session) {
                @Override
                public void commit(SourceBatch batch) {
                    try {
                        super.commit(batch);
                    } catch (SeraiException e) {
                        if (e.code() != ErrorCode.STORAGE_WRITE_FAILED) {
                            throw e;
                        }
                    }
                }
            })),

    TAKES_PART_AT_ONCE(
            SourceStorageContract.I4ASourceThatDoesNotTakePartYet.class,
            sessions((storage, session) -> new ForwardingSource(session) {
                @Override
                public void commit(SourceBatch batch) {
                    super.takePart(batch);
                }
            }));

    private final Class<?> finder;
    private final UnaryOperator<BucketStorage> damage;

    Defect(Class<?> finder, UnaryOperator<BucketStorage> damage) {
        this.finder = finder;
        this.damage = damage;
    }

    /** The nested class of a contract that must fail. */
    public Class<?> finder() {
        return finder;
    }

    /** The storage with this defect. */
    public BucketStorage in(BucketStorage storage) {
        return damage.apply(storage);
    }

    private interface SessionDamage {
        SourceStorage in(BucketStorage storage, SourceStorage session);
    }

    private static UnaryOperator<BucketStorage> sessions(SessionDamage damage) {
        return storage -> new ForwardingStorage(storage) {
            @Override
            public SourceStorage acquire(String source) {
                return damage.in(storage, super.acquire(source));
            }
        };
    }
}
