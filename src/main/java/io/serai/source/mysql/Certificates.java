package io.serai.source.mysql;

import com.github.shyiko.mysql.binlog.network.SSLSocketFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Trusts the authorities that a connection names. */
final class Certificates {
    private Certificates() {}

    /** Encrypts connections whose server's certificate is signed by the authorities of this PEM text, or by those of the JVM. */
    static SSLSocketFactory socketFactory(@Nullable String cacert) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(cacert == null ? null : keyStore(cacert));
            context.init(null, trust.getTrustManagers(), null);
            return socket -> encrypted(context, socket);
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate in cacert cannot be used", e);
        }
    }

    private static SSLSocket encrypted(SSLContext context, Socket socket) throws SocketException {
        try {
            return (SSLSocket) context.getSocketFactory()
                    .createSocket(socket, socket.getInetAddress().getHostName(), socket.getPort(), true);
        } catch (IOException e) {
            SocketException failure = new SocketException("the connection could not be encrypted");
            failure.initCause(e);
            throw failure;
        }
    }

    private static KeyStore keyStore(String pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int number = 0;
        for (Certificate certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
            store.setCertificateEntry("ca" + number++, certificate);
        }
        return store;
    }
}
