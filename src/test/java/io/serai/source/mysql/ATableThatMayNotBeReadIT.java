package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that the sync config names, that an application writes to, and that the user may not read: the log has its rows, and no look sees it. */
class ATableThatMayNotBeReadIT {
    @TempDir
    Path folder;

    @Test
    void isLeftOutUntilItMayBeReadAndTheOthersAreFollowed() throws Exception {
        MysqlServer server = MysqlServer.shared();
        try (MysqlTestDatabase database = server.createDatabase();
                TcpProxy proxy = TcpProxy.before(server.host(), server.port())) {
            database.execute("CREATE TABLE open (id int PRIMARY KEY)", "CREATE TABLE secret (id int PRIMARY KEY)");
            server.execute(
                    "REVOKE SELECT ON " + database.name() + ".* FROM " + database.user(),
                    "GRANT SELECT ON " + database.name() + ".open TO " + database.user());
            try (MysqlReplica replica =
                    new MysqlReplica(folder, database, "SELECT id FROM open", "SELECT id FROM secret")) {
                replica.moveTo(proxy.host(), proxy.port()).start();
                assertThat(replica.rows()).isEmpty();
                write(database, 1);
                assertThat(replica.rows()).hasSize(1);
                int connections = proxy.accepted();

                for (int id = 2; id <= 4; id++) {
                    write(database, id);
                    assertThat(replica.rows()).hasSize(id);
                }

                assertThat(proxy.accepted()).as("connections").isEqualTo(connections);
                server.execute("GRANT SELECT ON " + database.name() + ".secret TO " + database.user());
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(replica.rows()).hasSize(8));
                database.execute("INSERT INTO secret VALUES (19)", "DELETE FROM secret WHERE id = 11");
                assertThat(replica.rows()).hasSize(8).contains("{\"id\":19}").doesNotContain("{\"id\":11}");
            }
        }
    }

    private static void write(MysqlTestDatabase database, int id) {
        database.execute("INSERT INTO open VALUES (" + id + ")", "INSERT INTO secret VALUES (" + (id + 10) + ")");
    }
}
