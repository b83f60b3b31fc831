package io.serai.app;

import io.serai.api.TlsFiles;
import io.serai.config.ServiceConfig;
import io.serai.error.SeraiException;
import java.util.Optional;

/** The certificate that service.yaml names for the API. */
public final class ApiCertificate {
    private ApiCertificate() {}

    /**
     * Looks whether it can be used, if there is one.
     *
     * @throws SeraiException {@code API_CERTIFICATE} when it cannot
     */
    public static void check(ServiceConfig service) {
        files(service).ifPresent(TlsFiles::check);
    }

    static Optional<TlsFiles> files(ServiceConfig service) {
        return service.api().tls().map(tls -> new TlsFiles(tls.certificateFile(), tls.privateKeyFile()));
    }
}
