package io.serai.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketName;
import io.serai.bucket.BucketOp;
import io.serai.bucket.BucketRow;
import io.serai.bucket.EvaluatedRow;
import io.serai.bucket.Lookup;
import io.serai.bucket.OpId;
import io.serai.bucket.OutputRow;
import io.serai.bucket.Subkey;
import io.serai.change.Lsn;
import io.serai.change.RowKey;
import io.serai.storage.BucketSum;
import io.serai.storage.Checkpoint;
import io.serai.storage.RowState;
import io.serai.storage.rocksdb.RowRecord.Place;
import io.serai.storage.rocksdb.SourceRecord.Publication;
import io.serai.storage.rocksdb.SourceRecord.Registration;
import io.serai.storage.rocksdb.SourceRecord.Stages;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever is encoded is decoded to the same. */
class StoredFormsTest {
    private static final OutputRow OUTPUT = new OutputRow("tödos", "id \u0000 1", bytes("{\"a\":1}"));

    @Test
    void ofASource() {
        SourceRecord source = new SourceRecord(
                "shop",
                7,
                3,
                new Registration(12, Set.of("a", "b"), true),
                true,
                new Lsn(0x1234_5678_9abcL),
                null,
                new Stages(9, 0, 9, 4),
                null);

        assertThat(SourceRecord.decode("shop", source.encode())).isEqualTo(source);
    }

    @Test
    void ofASourceThatWasDropped() {
        SourceRecord source = SourceRecord.first("shop", 7).leased().forgotten();

        assertThat(SourceRecord.decode("shop", source.encode())).isEqualTo(source);
    }

    @Test
    void ofAPublication() {
        for (Publication.Kind kind : Publication.Kind.values()) {
            SourceRecord source =
                    SourceRecord.first("shop", 7).with(Publication.of(kind).at(new byte[] {1, 2}));

            SourceRecord decoded = SourceRecord.decode("shop", source.encode());

            assertThat(decoded.publication())
                    .usingRecursiveComparison()
                    .isEqualTo(new Publication(kind, new byte[] {1, 2}));
        }
    }

    @Test
    void ofACheckpoint() {
        Checkpoint checkpoint = new Checkpoint(5, new OpId(1L << 40), Map.of("a", new Lsn(1), "b", new Lsn(-1)));

        assertThat(CheckpointRecord.decode(CheckpointRecord.encode(checkpoint))).isEqualTo(checkpoint);
    }

    @Test
    void ofCountersAndDefinitions() {
        Counters counters = new Counters(1L << 40, 2, 3, 4, 1_795_000_000L);
        DefinitionRecord definition = new DefinitionRecord(3, 1_795_000_000L, 9);

        assertThat(Counters.decode(counters.encode())).isEqualTo(counters);
        assertThat(DefinitionRecord.decode(definition.encode())).isEqualTo(definition);
    }

    @Test
    void ofAnOperation() {
        Subkey subkey = new Subkey(new UUID(1, 2));
        for (BucketOp.Kind kind : List.of(BucketOp.Kind.PUT, BucketOp.Kind.REMOVE)) {
            byte[] data = kind == BucketOp.Kind.PUT ? OUTPUT.json() : new byte[0];
            Encoder out = new Encoder(1);
            OpRecord.write(out, kind, -5, subkey, bytes("tödos"), bytes("1"), data);

            BucketOp op = OpRecord.decode(42, out.toBytes());

            assertThat(out.size()).isEqualTo(OpRecord.bytes(bytes("tödos"), bytes("1"), data));
            assertThat(op)
                    .usingRecursiveComparison()
                    .isEqualTo(new BucketOp(
                            new OpId(42), kind, "tödos", "1", subkey, -5, kind == BucketOp.Kind.PUT ? data : null));
        }
    }

    @Test
    void ofAnOperationThatWasCompacted() {
        Encoder out = new Encoder(1);
        OpRecord.write(out, BucketOp.Kind.PUT, -5, new Subkey(new UUID(1, 2)), bytes("t"), bytes("1"), OUTPUT.json());
        out.setI64(OpRecord.COUNT_AT, 7);
        out.setI32(OpRecord.SUM_AT, 1000);
        byte[] put = out.toBytes();

        byte[] moved = OpRecord.moved(put);
        byte[] cleared = OpRecord.cleared(put);

        assertThat(OpRecord.decode(42, moved))
                .isEqualTo(new BucketOp(new OpId(42), BucketOp.Kind.MOVE, "", "", null, -5, null));
        assertThat(OpRecord.decode(42, cleared))
                .isEqualTo(new BucketOp(new OpId(42), BucketOp.Kind.CLEAR, "", "", null, 1000, null));
        assertThat(OpRecord.sum(moved)).isEqualTo(new BucketSum(7, 1000));
        assertThat(OpRecord.sum(cleared)).isEqualTo(new BucketSum(7, 1000));
    }

    @Test
    void ofACompactedBucket() {
        CompactedBucket bucket = new CompactedBucket(3, 1L << 40, 1L << 33);

        assertThat(CompactedBucket.decode(bucket.encode())).isEqualTo(bucket);
        assertThat(CompactedBucket.decode(new Encoder(4).i32(3).toBytes())).isEqualTo(new CompactedBucket(3, 0, 0));
        assertThat(bucket.upTo(9, 8)).isEqualTo(new CompactedBucket(3, 9, 8));
    }

    @Test
    void ofARow() {
        Place place = new Place(3, 300, OUTPUT.table(), OUTPUT.id(), OUTPUT.hash());
        Place sharing = new Place(200, 1, OUTPUT.table(), OUTPUT.id(), OUTPUT.hash());
        LookupName lookup = LookupName.of(3, new Lookup("d", "0", "[\"x\"]", "{}"));
        Encoder out = new Encoder(1);
        RowRecord.write(out, 5, bytes("image"), List.of(place, sharing), List.of(lookup));

        RowRecord decoded = RowRecord.decode(out.toBytes());

        assertThat(decoded.places())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(place, sharing);
        assertThat(decoded.lookups()).containsExactly(lookup);
        assertThat(RowRecord.image(RowKey.of(List.of()), out.toBytes()).image())
                .asString()
                .isEqualTo("image");
        assertThat(RowRecord.image(RowKey.of(List.of()), out.toBytes()).relation())
                .isEqualTo(5);
    }

    @Test
    void ofARowThatWasAppendedTo() {
        Place place = new Place(3, 300, OUTPUT.table(), OUTPUT.id(), OUTPUT.hash());
        Place later = new Place(4, 1, OUTPUT.table(), OUTPUT.id(), OUTPUT.hash());
        LookupName lookup = LookupName.of(4, new Lookup("d", "0", "[\"x\"]", "{}"));
        Encoder out = new Encoder(1);
        RowRecord.write(out, 5, bytes("image"), List.of(place), List.of());
        RowRecord.writePlaces(out, List.of(later), List.of(lookup));

        RowRecord decoded = RowRecord.decode(out.toBytes());

        assertThat(decoded.places())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(place, later);
        assertThat(decoded.lookups()).containsExactly(lookup);
        assertThat(decoded.sections()).isEqualTo(2);
        assertThat(decoded.isSameAs(List.of(later, place), List.of(lookup))).isTrue();
        assertThat(decoded.isSameAs(List.of(place), List.of(lookup))).isFalse();
    }

    @Test
    void ofAStagedState() {
        RowState.Present state = new RowState.Present(
                5,
                bytes("image"),
                new EvaluatedRow(
                        List.of(
                                new BucketRow(new BucketName("d", "d[1]"), OUTPUT),
                                new BucketRow(new BucketName("e", "e[]"), OUTPUT),
                                new BucketRow(new BucketName("e", "e[]"), new OutputRow("t", "", bytes("{}")))),
                        List.of(new Lookup("d", "0", "[\"x\"]", "{}"))));

        assertThat(staged(state)).usingRecursiveComparison().isEqualTo(state);
        assertThat(staged(RowState.Absent.ABSENT)).isNull();
    }

    private static RowState.@Nullable Present staged(RowState state) {
        Encoder out = new Encoder(1);
        StagedState.write(out, state);
        return StagedState.decode(out.toBytes());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
