package io.serai.api;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The PEM files with which the API shows clients who it is. They may be renewed while it runs. Immutable.
 *
 * @param certificate the server's certificate, and behind it those that lead to an authority
 * @param privateKey its key in PKCS #8 or PKCS #1, RSA or EC, not encrypted
 */
public record TlsFiles(Path certificate, Path privateKey) {
    private static final byte[] SAMPLE = {1, 2, 3};

    /**
     * Looks at the files as a start does.
     *
     * @throws SeraiException {@code API_CERTIFICATE} when they cannot be used
     */
    public void check() {
        read();
    }

    /** What is in the files, and belongs together. */
    PemKeyCertOptions read() {
        byte[] chain = content(certificate);
        PemKeyCertOptions read = new PemKeyCertOptions()
                .setCertValue(Buffer.buffer(chain))
                .setKeyValue(Buffer.buffer(content(privateKey)));
        PublicKey publicKey = publicKey(chain);
        if (!isPair(privateKey(read, publicKey.getAlgorithm()), publicKey)) {
            throw refused("The private key of the API is not that of its certificate", null);
        }
        return read;
    }

    private byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw refused("The file \"" + file + "\" does not exist", e);
        } catch (AccessDeniedException e) {
            throw refused("The file \"" + file + "\" may not be read by this process", e);
        } catch (IOException e) {
            throw refused("The file \"" + file + "\" cannot be read: " + e, e);
        }
    }

    private PublicKey publicKey(byte[] chain) {
        try {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(chain))
                    .getPublicKey();
        } catch (CertificateException e) {
            throw refused("\"" + certificate + "\" holds no certificate in PEM: " + reason(e), e);
        }
    }

    private PrivateKey privateKey(PemKeyCertOptions read, String algorithm) {
        try {
            X509KeyManager keys =
                    (X509KeyManager) read.getKeyManagerFactory(null).getKeyManagers()[0];
            String[] aliases = keys.getServerAliases(algorithm, null);
            if (aliases != null) {
                return keys.getPrivateKey(aliases[0]);
            }
        } catch (Exception e) { // Vert.x throws what it likes for files that are no PEM
            throw refused("\"" + privateKey + "\" holds no key in PEM that can be used: " + reason(e), e);
        }
        throw refused("Keys of the kind " + algorithm + " cannot be used; RSA and EC can", null);
    }

    /** Whether what the one signs the other verifies. */
    private boolean isPair(PrivateKey key, PublicKey publicKey) {
        try {
            String algorithm = "SHA256with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : key.getAlgorithm());
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            throw refused("The private key cannot be used: " + reason(e), e);
        }
    }

    private static String reason(Exception e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private SeraiException refused(String what, @Nullable Exception cause) {
        return new SeraiException(
                ErrorCode.API_CERTIFICATE,
                what,
                "certificate_file " + certificate + ", private_key_file " + privateKey,
                ErrorCode.API_CERTIFICATE.remedy(),
                cause);
    }
}
