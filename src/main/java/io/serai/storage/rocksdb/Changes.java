package io.serai.storage.rocksdb;

import io.serai.bucket.BucketOp;
import io.serai.bucket.OutputRow;
import io.serai.bucket.Subkey;
import io.serai.storage.BucketSum;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one write changes: records, and operations that have no numbers yet. Everything is encoded before the commit lock is taken; under it,
 * {@link #number} fills in op ids and the sums of buckets. Operations are written bucket by bucket, each bucket's in the order in which they were
 * added. Confined to one thread.
 */
final class Changes {
    private static final byte[] NOTHING = {};

    private final WriteBuffer buffer;
    private final Map<Buckets.Key, Integer> newBuckets = new HashMap<>();
    private final List<Op> ops = new ArrayList<>();
    private int[] opKeys = {};
    private int[] opValues = {};
    private int[] lookupOpIds = new int[16];
    private int lookups;
    private final Topics topics = new Topics();
    private int lastBucket;
    private final Set<Integer> definitions = new HashSet<>();

    @SuppressWarnings("ArrayRecordComponent") // shared and never written
    private record Op(
            int bucket, BucketOp.Kind kind, String table, String id, Subkey subkey, int checksum, byte[] data) {}

    Changes(WriteBuffer buffer) {
        this.buffer = buffer;
    }

    /** The records besides operations. */
    WriteBuffer buffer() {
        return buffer;
    }

    /** Adds the number of a bucket. */
    void newBucket(Buckets.Key bucket, int number) {
        if (newBuckets.putIfAbsent(bucket, number) == null) {
            buffer.put(
                    Family.BUCKETS,
                    Keys.bucket(bucket.definition(), bucket.name()),
                    new Encoder(4).i32(number).toBytes());
        }
    }

    /** The buckets whose numbers become durable with this write. */
    Map<Buckets.Key, Integer> newBuckets() {
        return newBuckets;
    }

    /** Adds an operation that puts a row. */
    void put(int bucket, OutputRow row, Subkey subkey) {
        ops.add(new Op(bucket, BucketOp.Kind.PUT, row.table(), row.id(), subkey, row.checksum(), row.json()));
    }

    /** Adds an operation that removes a row. */
    void remove(int bucket, String table, String id, Subkey subkey) {
        ops.add(new Op(bucket, BucketOp.Kind.REMOVE, table, id, subkey, subkey.removeChecksum(), NOTHING));
    }

    /** Adds a change of the parameter index: {@code key} lacks its op id, an empty value removes. */
    void lookup(byte[] key, byte[] value) {
        if (lookups == lookupOpIds.length) {
            lookupOpIds = Arrays.copyOf(lookupOpIds, 2 * lookups);
        }
        buffer.beginPut(Family.LOOKUPS, key.length + Long.BYTES).raw(key);
        lookupOpIds[lookups++] = buffer.size();
        buffer.appended().i64(0);
        buffer.beginValue(value.length).raw(value);
    }

    /** Notes that an operation of this bucket changes the definition. */
    void note(int definition, int bucket) {
        if (bucket != lastBucket) {
            lastBucket = bucket;
            definitions.add(definition);
            topics.add(new Topics.OfBucket(bucket));
        }
    }

    /** Notes a change of the parameter index. */
    void note(LookupName lookup) {
        definitions.add(lookup.definition());
        topics.add(new Topics.OfLookup(lookup.definition(), lookup.query()));
    }

    /** The numbers of the definitions of which something changed. */
    Set<Integer> definitions() {
        return definitions;
    }

    /** What changed of these definitions. */
    Topics topics() {
        return topics;
    }

    /** Encodes the operations; none may be added afterwards. */
    void encodeOps() {
        long[] order = new long[ops.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = (long) ops.get(i).bucket() << Integer.SIZE | i;
        }
        Arrays.sort(order);
        List<Op> sorted = new ArrayList<>(order.length);
        opKeys = new int[order.length];
        opValues = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            Op op = ops.get((int) order[i]);
            sorted.add(op);
            encode(op, i);
        }
        ops.clear();
        ops.addAll(sorted);
    }

    private void encode(Op op, int index) {
        byte[] table = op.table().getBytes(StandardCharsets.UTF_8);
        byte[] id = op.id().getBytes(StandardCharsets.UTF_8);
        buffer.beginPut(Family.OPS, Keys.OP_BYTES);
        opKeys[index] = buffer.size();
        buffer.appended().i32(op.bucket()).i64(0);
        buffer.beginValue(OpRecord.bytes(table, id, op.data()));
        opValues[index] = buffer.size();
        OpRecord.write(buffer.appended(), op.kind(), op.checksum(), op.subkey(), table, id, op.data());
    }

    /** Gives the operations their numbers after {@code lastOpId} and the buckets their new sums; answers the last number. */
    long number(long lastOpId, BucketSums sums) {
        long opId = lastOpId;
        for (int i = 0; i < ops.size(); ) {
            int bucket = ops.get(i).bucket();
            BucketSum before = sums.get(bucket);
            long count = before.count();
            int checksum = before.checksum();
            for (; i < ops.size() && ops.get(i).bucket() == bucket; i++) {
                count++;
                checksum += ops.get(i).checksum();
                buffer.setI64(opKeys[i] + Keys.OP_ID_AT, ++opId);
                buffer.setI64(opValues[i] + OpRecord.COUNT_AT, count);
                buffer.setI32(opValues[i] + OpRecord.SUM_AT, checksum);
            }
            sums.set(bucket, new BucketSum(count, checksum));
        }
        for (int i = 0; i < lookups; i++) {
            buffer.setI64(lookupOpIds[i], LookupRecord.descending(++opId));
        }
        return opId;
    }
}
