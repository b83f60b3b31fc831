package io.serai.oracle;

import io.serai.testsupport.TcpProxy;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** What can happen to connections for a while. */
enum NetworkFault {
    ALL_CUT((proxy, random) -> proxy.cut()),
    ONE_CUT(TcpProxy::cutOne),
    CUT_IN_A_MESSAGE((proxy, random) -> proxy.cutAfter(random.nextInt(200_000))),
    STALLED((proxy, random) -> proxy.stall()),
    /** The server hears the client, which hears nothing. */
    ANSWERS_STALLED((proxy, random) -> proxy.halve()),
    /** Half-open: the client does not know that the server's part has ended. */
    SERVER_LOST((proxy, random) -> proxy.loseServer()),
    /** Half-open: the server, whose slot is in use, does not know that the client's part has ended. */
    CLIENT_LOST((proxy, random) -> proxy.loseClient()),
    ONE_BYTE_AT_A_TIME((proxy, random) -> proxy.trickle()),
    SLOW((proxy, random) -> proxy.slow(20_000 + random.nextInt(500_000)));

    private static final int LONGEST_MILLIS = 2500;

    private final BiConsumer<TcpProxy, Random> fault;

    NetworkFault(BiConsumer<TcpProxy, Random> fault) {
        this.fault = fault;
    }

    /** Any of them. */
    static NetworkFault random(Random random) {
        List<NetworkFault> all = List.of(values());
        return all.get(random.nextInt(all.size()));
    }

    /** Has the fault for a random time, and then none. */
    void happen(TcpProxy proxy, Random random) throws InterruptedException {
        fault.accept(proxy, random);
        // How long a fault lasts is what is random here: this is not a wait for something.
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_MILLIS));
        proxy.resume();
    }
}
