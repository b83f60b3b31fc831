package io.serai.api;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpServerConfiguration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Camel's HTTP server with what its configuration cannot say: unused connections are closed, the certificate is renewed without a restart, and a port that
 * cannot be opened ends the start. Speaks HTTP/1 only. Started and stopped by one thread at a time.
 */
final class ApiHttpServer extends VertxPlatformHttpServer {
    private static final Logger LOG = LoggerFactory.getLogger(ApiHttpServer.class);

    private static final Duration CERTIFICATE_LOOK = Duration.ofSeconds(10);

    private final VertxPlatformHttpServerConfiguration configuration;
    private final Duration patience;
    private final Optional<TlsFiles> tls;
    private @Nullable HttpServer server;
    private @Nullable CertificateRenewal renewal;
    private @Nullable Vertx ownVertx;

    /**
     * Opens nothing yet.
     *
     * @param patience how long a connection may be unused
     */
    ApiHttpServer(VertxPlatformHttpServerConfiguration configuration, Duration patience, Optional<TlsFiles> tls) {
        super(configuration);
        this.configuration = configuration;
        this.patience = patience;
        this.tls = tls;
    }

    @Override
    public @Nullable HttpServer getServer() {
        return server;
    }

    @Override
    public int getPort() {
        return server == null ? configuration.getBindPort() : server.actualPort();
    }

    @Override
    protected Vertx createVertxInstance() {
        Vertx created = super.createVertxInstance();
        ownVertx = created;
        return created;
    }

    @Override
    protected void startServer() throws InterruptedException {
        HttpServerOptions options = new HttpServerOptions().setHttp2ClearTextEnabled(false);
        Optional<PemKeyCertOptions> certificate = tls.map(TlsFiles::read);
        certificate.ifPresent(read -> options.setSsl(true).setKeyCertOptions(read));
        VertxPlatformHttpRouter router = VertxPlatformHttpRouter.lookup(
                getCamelContext(), VertxPlatformHttpRouter.getRouterNameFromPort(configuration.getPort()));
        ConnectionPatience connections = new ConnectionPatience(getVertx(), patience);
        HttpServer opened = getVertx()
                .createHttpServer(options)
                .connectionHandler(connections::opened)
                .requestHandler(request -> {
                    connections.begun(request);
                    router.handle(request);
                });
        try {
            await(opened.listen(configuration.getBindPort(), configuration.getBindHost()));
        } catch (ExecutionException e) {
            throw ApiServer.portRefused(configuration.getBindPort(), e.getCause());
        }
        server = opened;
        certificate.ifPresent(read -> {
            renewal = new CertificateRenewal(tls.get(), read, opened);
            renewal.start(CERTIFICATE_LOOK);
        });
    }

    @Override
    protected void stopServer() {
        getCamelContext().removeComponent(PlatformHttpConstants.PLATFORM_HTTP_COMPONENT_NAME);
        if (renewal != null) {
            renewal.close();
        }
        if (server != null) {
            awaitEnd(server.close());
        }
        server = null;
    }

    @Override
    protected void stopVertx() {
        if (ownVertx != null) {
            awaitEnd(ownVertx.close());
        }
        ownVertx = null;
    }

    private static void awaitEnd(Future<Void> end) {
        try {
            await(end);
        } catch (ExecutionException e) {
            LOG.atWarn().setCause(e.getCause()).log("The API's server did not stop in order");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(Future<?> future) throws InterruptedException, ExecutionException {
        future.toCompletionStage().toCompletableFuture().get();
    }
}
