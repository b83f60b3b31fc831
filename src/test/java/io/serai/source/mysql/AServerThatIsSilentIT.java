package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.TcpProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A network over which no answer comes any more, and that tells nobody. */
class AServerThatIsSilentIT {
    private static final Duration SHORT = Duration.ofSeconds(2);

    private MysqlTestDatabase database;
    private TcpProxy proxy;
    private MysqlSettings settings;
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final CountDownLatch asked = new CountDownLatch(1);

    @BeforeEach
    void create() {
        database = MysqlServer.shared().createDatabase();
        proxy = TcpProxy.before(database.server().host(), database.server().port());
        MysqlSettings direct = MysqlReplica.settings(database);
        settings = MysqlSettings.of(
                direct.id(), proxy.host(), proxy.port(), direct.database(), direct.username(), direct.password());
    }

    @AfterEach
    void drop() {
        proxy.close();
        threads.close();
        database.close();
    }

    @Test
    void isNotWaitedForForEver() throws Exception {
        try (Connections connections = new Connections(settings, SHORT)) {
            Future<String> answer = threads.submit(() -> connections.ask(this::whileNothingComes));

            assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SQLException.class);

            proxy.resume();
            assertThat(connections.ask(ServerState::uuid)).isNotEmpty();
        }
    }

    /** As a session does it that ends, or a process. */
    @Test
    void isNotWaitedForByAThreadThatIsInterrupted() throws Exception {
        try (Connections connections = new Connections(settings)) {
            Future<String> answer = threads.submit(() -> connections.ask(this::whileNothingComes));
            assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

            threads.shutdownNow(); // which interrupts it

            assertThatThrownBy(() -> answer.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(SQLException.class);
            proxy.resume();
            assertThat(connections.ask(ServerState::uuid)).isNotEmpty();
        }
    }

    private String whileNothingComes(Connection connection) throws SQLException {
        proxy.stall();
        asked.countDown();
        return ServerState.uuid(connection);
    }
}
