package io.serai.app.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.app.explain.RowQuestion;
import io.serai.bucket.BucketOp;
import io.serai.bucket.OpId;
import io.serai.bucket.Subkey;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.Repair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // a server is opened to be there, not to be called
class AdminSocketTest {
    private static final BucketSelection ALL = new BucketSelection(List.of(), "");

    @TempDir
    Path folder;

    @Test
    void withNoProcessNobodyAnswers() throws IOException {
        assertThat(AdminClient.of(folder)).isEmpty();
    }

    @Test
    void aStatusIsAnsweredInTheAskedForm() throws IOException {
        try (AdminServer ignored = listen(folder)) {
            assertThat(client().status(StatusFormat.JSON)).isEqualTo("status as JSON");
            assertThat(client().status(StatusFormat.TEXT)).isEqualTo("status as TEXT");
        }
    }

    @Test
    @Timeout(30)
    void aProcessThatAnswersNothingIsToldOf() throws IOException {
        AdminAddress address = AdminAddress.of(folder);
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            silent.bind(address.claim());
            AdminClient client = new AdminClient(address, Duration.ofMillis(200));

            assertThatThrownBy(() -> client.status(StatusFormat.TEXT)).hasMessageContaining("SERAI-S3101");
            assertThatThrownBy(() -> client.awaitCaughtUp(Duration.ofMillis(100)))
                    .hasMessageContaining("SERAI-S3101");
        }
    }

    @Test
    void aCompactionIsAnsweredWithWhatItDid() throws IOException {
        try (AdminServer ignored = listen(folder)) {
            assertThat(client().compact()).isEqualTo("compacted");
        }
    }

    @Test
    void aWaitIsAnsweredWithYesOrNo() throws IOException {
        try (AdminServer ignored = listen(folder)) {
            assertThat(client().awaitCaughtUp(Duration.ofSeconds(5))).isTrue();
            assertThat(client().awaitCaughtUp(Duration.ofSeconds(1))).isFalse();
        }
    }

    @Test
    void operationsArriveAsTheyAreStored() throws IOException {
        ByteArrayOutputStream here = new ByteArrayOutputStream();
        ByteArrayOutputStream there = new ByteArrayOutputStream();
        new Answers().operations(ALL, new OperationLines(here));

        try (AdminServer ignored = listen(folder)) {
            client().operations(ALL, new OperationLines(there));
        }

        assertThat(there.toString(StandardCharsets.UTF_8))
                .isEqualTo(here.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"bucket\":\"all[]\",\"op_id\":\"1\",\"op\":\"PUT\",\"table\":\"items\",\"id\":\"ä\",\"subkey\":\"00000000-0000-0003-0000-000000000004\",\"checksum\":4294967294,\"data\":{\"x\":1}}\n"
                                + "{\"bucket\":\"all[]\",\"op_id\":\"2\",\"op\":\"CLEAR\",\"checksum\":5}\n");
    }

    @Test
    void aQuestionForARowArrivesWhole() throws IOException {
        RowQuestion question = new RowQuestion("crm.members", List.of("12", "é"), Optional.of("shop"));
        RowQuestion inAnySource = new RowQuestion("todos", List.of("7"), Optional.empty());

        try (AdminServer ignored = listen(folder)) {
            assertThat(client().explain(question, StatusFormat.JSON)).isEqualTo(question + " as JSON");
            assertThat(client().explain(inAnySource, StatusFormat.TEXT)).isEqualTo(inAnySource + " as TEXT");
        }
    }

    @Test
    void aRepairArrivesWhole() throws IOException {
        RepairRequest some = new RepairRequest(Repair.COPY, List.of("crm.members", "é"), Optional.of("shop"));
        RepairRequest all = new RepairRequest(Repair.RETRY, List.of(), Optional.empty());

        try (AdminServer ignored = listen(folder)) {
            assertThat(client().repair(some, StatusFormat.JSON)).isEqualTo(new CommandResult(some + " as JSON", false));
            assertThat(client().repair(all, StatusFormat.TEXT)).isEqualTo(new CommandResult(all + " as TEXT", true));
        }
    }

    @Test
    void aFailureArrivesWithItsCodeAndRemedy() throws IOException {
        try (AdminServer ignored = listen(folder)) {
            AdminClient client = client();

            assertThatThrownBy(() -> client.teardown("nobody"))
                    .isInstanceOf(AdminFailure.class)
                    .hasMessage("[SERAI-S3103] There is no source \"nobody\". Try another.");
        }
    }

    @Test
    void onlyTheProcessesOwnUserMayOpenTheSocket() throws IOException {
        try (AdminServer ignored = listen(folder)) {
            assertThat(Files.getPosixFilePermissions(folder.resolve("admin.sock")))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void theSocketGoesWithTheProcess() throws IOException {
        listen(folder).close();

        assertThat(folder).isEmptyDirectory();
        assertThat(AdminClient.of(folder)).isEmpty();
    }

    @Test
    void theSocketOfAKilledProcessIsTakenOver() throws IOException {
        AdminAddress.of(folder).claim();
        Files.createFile(folder.resolve("admin.sock"));

        assertThat(AdminClient.of(folder)).isEmpty();
        try (AdminServer ignored = listen(folder)) {
            assertThat(client().status(StatusFormat.TEXT)).isEqualTo("status as TEXT");
        }
    }

    @Test
    void aFolderWithALongNameHasItsSocketElsewhere() throws IOException {
        Path deep = Files.createDirectories(folder.resolve("x".repeat(120)));

        try (AdminServer ignored = listen(deep)) {
            AdminClient client = AdminClient.of(deep).orElseThrow();
            assertThat(client.status(StatusFormat.TEXT)).isEqualTo("status as TEXT");
        }
        assertThat(deep).isEmptyDirectory();
    }

    private static AdminServer listen(Path folder) throws IOException {
        return AdminServer.open(folder, new Answers());
    }

    private AdminClient client() throws IOException {
        return AdminClient.of(folder).orElseThrow();
    }

    /** A process whose answers can be told apart. */
    private static final class Answers implements Admin {
        @Override
        public String storageId() {
            return "abc";
        }

        @Override
        public String status(StatusFormat format) {
            return "status as " + format;
        }

        @Override
        public void operations(BucketSelection selection, OperationSink sink) throws IOException {
            byte[] data = "{\"x\":1}".getBytes(StandardCharsets.UTF_8);
            Subkey subkey = new Subkey(new UUID(3, 4));
            sink.bucket("all[]");
            sink.operation(new BucketOp(new OpId(1), BucketOp.Kind.PUT, "items", "ä", subkey, -2, data));
            sink.operation(new BucketOp(new OpId(2), BucketOp.Kind.CLEAR, "", "", null, 5, null));
        }

        @Override
        public boolean awaitCaughtUp(Duration patience) {
            return patience.toSeconds() > 2;
        }

        @Override
        public String explain(RowQuestion question, StatusFormat format) {
            return question + " as " + format;
        }

        @Override
        public CommandResult repair(RepairRequest request, StatusFormat format) {
            return new CommandResult(request + " as " + format, request.tables().isEmpty());
        }

        @Override
        public String compact() {
            return "compacted";
        }

        @Override
        public CommandResult teardown(String source) {
            throw new SeraiException(
                    ErrorCode.COMMAND_FAILED, "There is no source \"" + source + "\"", "", "Try another.");
        }

        @Override
        public void close() {}
    }
}
