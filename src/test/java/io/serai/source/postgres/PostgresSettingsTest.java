package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.source.postgres.PostgresSettings.SslMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresSettingsTest {
    @Test
    void areReadFromAUri() {
        PostgresSettings settings =
                PostgresSettings.of("shop", "postgresql://us%40er:p%3Aa+ss@[::1]:5433/my%20db?x=1&sslmode=verify-ca");

        assertThat(settings.username()).isEqualTo("us@er");
        assertThat(settings.password()).isEqualTo("p:a+ss");
        assertThat(settings.hostname()).isEqualTo("::1");
        assertThat(settings.port()).isEqualTo(5433);
        assertThat(settings.database()).isEqualTo("my db");
        assertThat(settings.sslMode()).isEqualTo(SslMode.VERIFY_CA);
    }

    @Test
    void areSafeWhereTheUriSaysLittle() {
        PostgresSettings settings = PostgresSettings.of("shop", "postgres://db.internal");

        assertThat(settings.port()).isEqualTo(5432);
        assertThat(settings.sslMode()).isEqualTo(SslMode.VERIFY_FULL);
    }

    @Test
    void neverShowThePassword() {
        PostgresSettings settings = PostgresSettings.of("shop", "postgresql://user:geheim@db.internal/shop");

        assertThat(settings.toString()).contains("db.internal", "user").doesNotContain("geheim");
        assertThat(settings.where()).doesNotContain("geheim");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql://host/db", "host", "postgresql:host", "postgresql://host/db?sslmode=maybe"})
    void areNotReadFromAnotherText(String uri) {
        assertThatThrownBy(() -> PostgresSettings.of("shop", uri)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "shop, abcd1234, serai_shop_abcd1234",
        "My-Shop.1, ABCD, serai_my_shop_1_abcd",
        "a_very_long_name_of_a_source_that_goes_on_and_on_and_on_without_any_end, abcd1234,"
                + " serai_a_very_long_name_of_a_source_that_goes_on_and_on_abcd1234",
    })
    void nameASlotThatPostgresAccepts(String id, String storage, String slot) {
        assertThat(PostgresSettings.of(id, "postgresql://host/db").slotName(storage))
                .isEqualTo(slot)
                .hasSizeLessThan(64);
    }
}
