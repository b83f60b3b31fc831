package io.serai.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.config.Issue;
import io.serai.error.ErrorCode;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "uri: postgresql://app:s3cret@db/shop?sslmode=require",
                "uri: postgresql:/app:s3cret@db/shop",
                "    ur: postgresql://app:s3cret@db/shop",
                "- password: a, s3cret}",
                "- {password: 'a, s3cret', port: x}",
                "- {password: s3cret, port: x}",
                "- {port: x, password: \"s3cret",
                "pasword: s3cret",
                "\"password\": s3cret",
                "password: !s3cret",
                "client_private_key: \"s3cret\"",
                "- {kty: oct, k: s3cret, kid: x}",
                "supabase_jwt_secret: s3cret"
            })
    void doesNotShowSecrets(String line) {
        assertThat(excerpt(line)).doesNotContain("s3cret").hasSameSizeAs(line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'    port: 70000'|'    port: 70000'",
                "'    password: !env PG_PASSWORD'|'    password: !env PG_PASSWORD'",
                "- {password: s3cret, prot: 1}|- {password: ******, prot: 1}",
                "  kind: oct|  kind: oct"
            })
    void showsWhatIsNone(String line, String shown) {
        assertThat(excerpt(line)).isEqualTo(shown);
    }

    private static String excerpt(String line) {
        return Fault.of(
                        Path.of("service.yaml"),
                        line,
                        new Issue(Issue.Severity.ERROR, ErrorCode.CONFIG_INVALID, 1, 1, "wrong"))
                .excerpt();
    }
}
