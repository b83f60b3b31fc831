package io.serai.source.mysql;

import io.serai.source.PemCertificates;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.plugin.TlsSocketPlugin;
import org.mariadb.jdbc.plugin.tls.main.DefaultTlsSocketPlugin;

/**
 * The certificates that connections trust and show, which are given as PEM text. Public because MariaDB's driver finds it as a service, and hands over
 * the connection's properties, where {@link #configure} put what it needs. Thread-safe.
 */
public final class Certificates implements TlsSocketPlugin {
    private static final String TYPE = "serai";
    private static final String AUTHORITIES = "serai.tls.cacert";
    private static final String CERTIFICATE = "serai.tls.certificate";
    private static final String KEY = "serai.tls.key";

    private final TlsSocketPlugin names = new DefaultTlsSocketPlugin();

    /** Lets SQL connections with these properties use TLS as the settings say. */
    static void configure(Properties properties, MysqlSettings settings) {
        properties.put("tlsSocketType", TYPE);
        properties.put(
                "sslMode",
                switch (settings.encryption()) {
                    case DISABLE -> "disable";
                    case VERIFY_CA -> "verify-ca";
                    case VERIFY_FULL -> "verify-full";
                });
        set(properties, AUTHORITIES, settings.cacert());
        set(properties, CERTIFICATE, settings.clientCertificate());
        set(properties, KEY, settings.clientPrivateKey());
    }

    private static void set(Properties properties, String name, @Nullable String value) {
        if (value != null) {
            properties.put(name, value);
        }
    }

    /** Encrypts the connection of the log, whose server must have the name that it was reached by where the settings say so. */
    static SSLSocket encrypted(Socket plain, MysqlSettings settings) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    PemCertificates.shown(settings.clientCertificate(), settings.clientPrivateKey()),
                    PemCertificates.trusted(settings.cacert()),
                    null);
            SSLSocket encrypted = (SSLSocket)
                    context.getSocketFactory().createSocket(plain, settings.hostname(), settings.port(), true);
            if (settings.encryption() == MysqlSettings.Encryption.VERIFY_FULL) {
                SSLParameters parameters = encrypted.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                encrypted.setSSLParameters(parameters);
            }
            return encrypted;
        } catch (GeneralSecurityException e) {
            throw new IOException(unusable(e), e);
        }
    }

    private static String unusable(Exception reason) {
        return "A certificate of the settings, or its key, cannot be used: " + reason.getMessage();
    }

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public TrustManager[] getTrustManager(Configuration connection, ExceptionFactory exceptions, HostAddress address)
            throws SQLException {
        try {
            return PemCertificates.trusted(connection.nonMappedOptions().getProperty(AUTHORITIES));
        } catch (GeneralSecurityException | IOException e) {
            throw exceptions.create(unusable(e), "08000", e);
        }
    }

    @Override
    public KeyManager @Nullable [] getKeyManager(Configuration connection, ExceptionFactory exceptions)
            throws SQLException {
        Properties given = connection.nonMappedOptions();
        try {
            return PemCertificates.shown(given.getProperty(CERTIFICATE), given.getProperty(KEY));
        } catch (GeneralSecurityException | IOException e) {
            throw exceptions.create(unusable(e), "08000", e);
        }
    }

    @Override
    public void verify(String host, SSLSession session, long connection) throws SSLException {
        names.verify(host, session, connection);
    }
}
