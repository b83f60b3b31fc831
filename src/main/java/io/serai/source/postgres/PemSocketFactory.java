package io.serai.source.postgres;

import io.serai.source.PemCertificates;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.postgresql.ssl.WrappedFactory;

/**
 * TLS with certificates that are given as PEM text, for each {@link PostgresSettings.SslMode}; without {@code cacert} the authorities of the JVM are
 * trusted. Public because pgjdbc makes it by its name and hands over the connection's properties, where {@link #configure} put what it needs.
 * Thread-safe.
 */
public final class PemSocketFactory extends WrappedFactory {
    private static final String MODE = "serai.tls.mode";
    private static final String AUTHORITIES = "serai.tls.cacert";
    private static final String CERTIFICATE = "serai.tls.certificate";
    private static final String KEY = "serai.tls.key";
    private static final String SERVER_NAME = "serai.tls.server-name";

    private final boolean verifiesName;
    private final @Nullable String serverName;

    /** What {@link #configure} put into the properties. */
    public PemSocketFactory(Properties properties) throws GeneralSecurityException, IOException {
        PostgresSettings.SslMode mode = PostgresSettings.SslMode.parse(properties.getProperty(MODE));
        String authorities = properties.getProperty(AUTHORITIES);
        this.verifiesName = mode == PostgresSettings.SslMode.VERIFY_FULL;
        this.serverName = properties.getProperty(SERVER_NAME);
        boolean verifies = verifiesName
                || mode == PostgresSettings.SslMode.VERIFY_CA
                || mode == PostgresSettings.SslMode.REQUIRE && authorities != null; // as libpq does
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                PemCertificates.shown(properties.getProperty(CERTIFICATE), properties.getProperty(KEY)),
                verifies ? PemCertificates.trusted(authorities) : new TrustManager[] {new Unverified()},
                null);
        this.factory = context.getSocketFactory();
    }

    /** Lets connections with these properties use TLS as the settings say. */
    static void configure(Properties properties, PostgresSettings settings) {
        properties.setProperty("sslfactory", PemSocketFactory.class.getName());
        properties.setProperty(MODE, settings.sslMode().text());
        set(properties, AUTHORITIES, settings.cacert());
        set(properties, CERTIFICATE, settings.clientCertificate());
        set(properties, KEY, settings.clientPrivateKey());
        set(properties, SERVER_NAME, settings.tlsServerName());
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        SSLSocket secure =
                (SSLSocket) super.createSocket(socket, serverName == null ? host : serverName, port, autoClose);
        if (verifiesName) {
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
        }
        return secure;
    }

    private static void set(Properties properties, String name, @Nullable String value) {
        if (value != null) {
            properties.setProperty(name, value);
        }
    }

    /** Accepts every certificate, for the modes that only encrypt. */
    private static final class Unverified implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
