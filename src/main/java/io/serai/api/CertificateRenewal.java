package io.serai.api;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.serai.error.SeraiException;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SSLOptions;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets new connections be shown another certificate when the files have one. What is written in pieces is taken when two looks see it alike; files that
 * cannot be used are told once. Thread-safe.
 */
final class CertificateRenewal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);

    private final TlsFiles files;
    private final HttpServer server;
    private final ScheduledExecutorService watcher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("serai-certificate").daemon().factory());

    @GuardedBy("this")
    private PemKeyCertOptions used;

    @GuardedBy("this")
    private PemKeyCertOptions seen;

    @GuardedBy("this")
    private String refusal = "";

    /** {@code used} is what the server has. */
    CertificateRenewal(TlsFiles files, PemKeyCertOptions used, HttpServer server) {
        this.files = files;
        this.used = used;
        this.seen = used;
        this.server = server;
    }

    /** Looks after each {@code interval} from now on. */
    @SuppressWarnings("FutureReturnValueIgnored") // no look lets an exception out
    void start(Duration interval) {
        watcher.scheduleWithFixedDelay(this::look, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Looks once. */
    synchronized void look() {
        try {
            PemKeyCertOptions read = files.read();
            if (read.equals(seen) && !read.equals(used)) {
                use(read);
            }
            seen = read;
            refusal = "";
        } catch (SeraiException e) {
            if (!refusal.equals(e.getMessage())) {
                refusal = String.valueOf(e.getMessage());
                LOG.atWarn()
                        .addKeyValue("code", e.code().code())
                        .addKeyValue("found", e.found())
                        .log("The API's certificate cannot be renewed, the former one stays in use");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | RuntimeException e) { // the outermost frame of the thread, which looks again
            LOG.atWarn().setCause(e).log("The API's certificate could not be renewed");
        }
    }

    @GuardedBy("this")
    private void use(PemKeyCertOptions read) throws ExecutionException, InterruptedException {
        server.updateSSLOptions(new SSLOptions().setKeyCertOptions(read))
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        used = read;
        LOG.atInfo().addKeyValue("file", files.certificate()).log("The API's certificate was renewed");
    }

    @Override
    public void close() {
        watcher.shutdownNow();
    }
}
