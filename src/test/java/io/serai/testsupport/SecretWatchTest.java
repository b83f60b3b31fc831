package io.serai.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.app.LocalPostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class SecretWatchTest {
    private static final Logger LOG = LoggerFactory.getLogger(SecretWatchTest.class);

    @ParameterizedTest
    @ValueSource(strings = {"message", "key", "exception"})
    void findsAPasswordWhereverItIsLogged(String place) {
        switch (place) {
            case "message" -> LOG.atError().log("Cannot reach postgresql://postgres:" + LocalPostgres.PASSWORD + "@db");
            case "key" ->
                LOG.atError().addKeyValue("uri", "x:" + LocalPostgres.PASSWORD).log("Cannot reach it");
            default ->
                LOG.atError()
                        .setCause(new IllegalStateException("outer", new IllegalStateException(LocalPostgres.PASSWORD)))
                        .log("Cannot reach it");
        }

        assertThat(SecretWatch.takeFinding())
                .hasValueSatisfying(where -> assertThat(where).contains("ERROR"));
    }

    @Test
    void isSilentAboutEverythingElse() {
        LOG.atError().addKeyValue("source", "shop").log("Nothing secret");

        assertThat(SecretWatch.takeFinding()).isEmpty();
    }
}
