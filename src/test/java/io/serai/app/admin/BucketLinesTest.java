package io.serai.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.bucket.BucketOp;
import io.serai.bucket.BucketOp.Kind;
import io.serai.bucket.OpId;
import io.serai.bucket.Subkey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BucketLinesTest {
    private static final Subkey SUBKEY = new Subkey(new UUID(1, 1));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Test
    void countWhatSurvivesAndWhatIsStored() throws IOException {
        write(StatusFormat.JSON);

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        {"bucket":"a[\\"ü\\"]","rows":1,"operations":4,"bytes":21,"newest_op_id":"9"}
                        {"bucket":"b[]","rows":1,"operations":1,"bytes":7,"newest_op_id":"12"}
                        """);
    }

    @Test
    void arePlainWordsForPeople() throws IOException {
        write(StatusFormat.TEXT);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .startsWith("a[\"ü\"]: rows 1, operations 4, 21 bytes, newest operation 9\n");
    }

    @Test
    void areNoneWhereThereIsNoBucket() throws IOException {
        try (BucketLines lines = new BucketLines(out, StatusFormat.TEXT)) {
            lines.end();
        }

        assertThat(out.size()).isZero();
    }

    private void write(StatusFormat format) throws IOException {
        try (BucketLines lines = new BucketLines(out, format)) {
            lines.bucket("a[\"ü\"]");
            lines.operation(put(3, "1"));
            lines.operation(put(4, "2"));
            lines.operation(put(7, "1"));
            lines.operation(new BucketOp(new OpId(9), Kind.REMOVE, "t", "2", SUBKEY, 1, null));
            lines.bucket("b[]");
            lines.operation(put(12, "1"));
            lines.end();
        }
    }

    private static BucketOp put(long opId, String id) {
        byte[] data = "{\"n\":1}".getBytes(StandardCharsets.UTF_8);
        return new BucketOp(new OpId(opId), Kind.PUT, "t", id, SUBKEY, 1, data);
    }
}
