package io.serai.config;

import java.util.Optional;

/**
 * What a connection shows to a server that asks who it is. Immutable.
 *
 * @param certificate as PEM text
 * @param privateKey its key, as PEM text
 */
public record ClientCertificate(String certificate, String privateKey) {
    /** Reads the two keys of a connection, which are given both or not at all. */
    static Optional<ClientCertificate> read(Section section) {
        Optional<String> certificate = section.text("client_certificate");
        Optional<String> key = section.text("client_private_key");
        if (certificate.isPresent() != key.isPresent()) {
            section.reject(
                    certificate.isPresent() ? "client_certificate" : "client_private_key",
                    "needs \"" + (certificate.isPresent() ? "client_private_key" : "client_certificate")
                            + "\" beside it");
        }
        return certificate.flatMap(shown -> key.map(secret -> new ClientCertificate(shown, secret)));
    }

    /** Hides the key. */
    @Override
    public String toString() {
        return certificate;
    }
}
