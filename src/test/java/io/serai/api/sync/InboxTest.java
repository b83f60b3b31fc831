package io.serai.api.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.storage.WriteCheckpoint;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InboxTest {
    @Test
    void keepsTheNewestWriteCheckpointHoweverTheyCome() {
        Inbox inbox = new Inbox();
        WriteCheckpoint newest = new WriteCheckpoint(2, Map.of(), Map.of());

        inbox.writeCheckpoint(newest);
        inbox.writeCheckpoint(new WriteCheckpoint(1, Map.of(), Map.of()));

        assertThat(inbox.writeCheckpoint()).contains(newest);
    }
}
