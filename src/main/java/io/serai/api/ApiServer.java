package io.serai.api;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.support.service.ServiceHelper;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server on the API port, with or without TLS. It is Camel's own, so that routes of a user may serve HTTP on the same port. Serves {@code /probes/*},
 * Camel's health on {@code /observe/health}, and {@code /metrics} for a {@code MicrometerPrometheus} that is added after it.
 */
public final class ApiServer {
    /** Where metrics are scraped. */
    public static final String METRICS_PATH = "/metrics";

    private ApiServer() {}

    /**
     * Starts the server as a service of the context, which stops it.
     *
     * @param port as {@link #freePort} gave it
     * @param patience how long a connection may be open without a request
     * @param tls empty to serve without TLS
     * @return where more can be served
     * @throws SeraiException {@code API_PORT} or {@code API_CERTIFICATE}
     */
    public static Router start(CamelContext context, int port, Duration patience, Optional<TlsFiles> tls)
            throws Exception {
        ManagementHttpServer server = new ManagementHttpServer();
        server.setCamelContext(context);
        server.setPort(port);
        server.setHost("0.0.0.0");
        server.setPath("/");
        server.setHealthCheckEnabled(true);
        server.setHealthPath("/observe/health");
        server.setMetricsEnabled(true);
        // Camel's takes a server of the context that is for the same port
        context.addService(new ApiHttpServer(server.getConfiguration(), patience, tls));
        context.addService(server);
        ServiceHelper.startService(server); // the context, which has not started, only takes note of it
        Probes.serve(context, server.getRouter());
        return server.getRouter();
    }

    /**
     * Tries the port out.
     *
     * @param port 0 for a free one
     * @return the port that was free at this moment
     * @throws SeraiException {@code API_PORT} when it cannot be opened
     */
    public static int freePort(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw portRefused(port, e);
        }
    }

    static SeraiException portRefused(int port, @Nullable Throwable cause) {
        return new SeraiException(
                ErrorCode.API_PORT,
                "The API port " + port + " cannot be opened: " + (cause == null ? "" : cause.getMessage()),
                "",
                ErrorCode.API_PORT.remedy(),
                cause);
    }
}
