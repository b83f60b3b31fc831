package io.serai.testsupport;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** A primary and a standby that follows it through a link; the standby has a physical slot of the primary, named {@code standby}. */
public final class ServerPair implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final PostgresServer primary;
    private final TcpProxy link;
    private final PostgresServer standby;

    private ServerPair(PostgresServer primary, TcpProxy link, PostgresServer standby) {
        this.primary = primary;
        this.link = link;
        this.standby = standby;
    }

    /** Two servers of a major version that the pom names, 15 or newer, the standby with these settings besides. */
    public static ServerPair ofVersion(int major, Map<String, String> standbySettings) throws Exception {
        PostgresServer primary = PostgresServer.ownOfVersion(major);
        primary.execute("postgres", "SELECT pg_create_physical_replication_slot('standby', true)");
        TcpProxy link = TcpProxy.before(primary);
        Map<String, String> settings =
                new TreeMap<>(Map.of("primary_slot_name", "standby", "hot_standby_feedback", "on"));
        settings.putAll(standbySettings);
        try (BaseBackup backup = BaseBackup.of(primary)) {
            return new ServerPair(primary, link, backup.startStandby(link, settings));
        }
    }

    /** The server that is written to. */
    public PostgresServer primary() {
        return primary;
    }

    /** Where the standby finds the primary. */
    public TcpProxy link() {
        return link;
    }

    /** The server that follows. */
    public PostgresServer standby() {
        return standby;
    }

    /** Returns when the standby shows all that the primary has committed. */
    public void awaitReplayed() {
        String at = primary.database("postgres").value("SELECT pg_current_wal_lsn()");
        awaitOnStandby("SELECT pg_last_wal_replay_lsn() >= '" + at + "'");
    }

    /** Lets the primary write down its open transactions again and again, until the standby has made this many logical slots of its own. */
    public void letSlotsBeMade(int count) {
        await().atMost(PATIENCE).until(() -> {
            primary.execute("postgres", "SELECT pg_log_standby_snapshot()");
            return isTrue(
                    "SELECT count(*) >= " + count + " FROM pg_replication_slots WHERE confirmed_flush_lsn IS NOT NULL");
        });
    }

    /** Returns when a query of the standby answers true. */
    public void awaitOnStandby(String query) {
        await().atMost(PATIENCE).until(() -> isTrue(query));
    }

    private boolean isTrue(String query) {
        return "t".equals(standby.database("postgres").value(query));
    }

    @Override
    public void close() {
        standby.close();
        link.close();
        primary.close();
    }
}
