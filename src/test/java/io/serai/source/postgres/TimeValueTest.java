package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeValueTest {
    @ParameterizedTest
    @CsvSource({
        "2023-03-06 15:47:00+00,             2023-03-06 15:47:00Z,       2023-03-06T15:47:00.000000Z",
        "2023-03-06 15:47:00.123456+00,      2023-03-06 15:47:00.123456Z, 2023-03-06T15:47:00.123456Z",
        "2023-12-31 23:30:00.5-01:00,        2024-01-01 00:30:00.5Z,     2024-01-01T00:30:00.500000Z",
        "2023-01-01 00:30:00.120+05:45,      2022-12-31 18:45:00.120Z,   2022-12-31T18:45:00.120000Z",
        "0001-01-01 00:00:00+00,             0001-01-01 00:00:00Z,       0001-01-01T00:00:00.000000Z",
        "-infinity,                          0000-01-01 00:00:00Z,       0000-01-01T00:00:00.000000Z",
    })
    void areInUtcInBothEditions(String wire, String legacy, String current) {
        Value value = ScalarType.TIMESTAMPTZ.decode(wire.getBytes(StandardCharsets.UTF_8));

        assertThat(value.plain(ValueFormat.LEGACY)).isEqualTo(Value.of(legacy));
        assertThat(value.plain(ValueFormat.CURRENT)).isEqualTo(Value.of(current));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0044-03-15 12:00:00+00 BC",
                "294276-12-31 23:59:59+00",
                "10000-01-01 00:00:00+00",
                "nonsense",
                "",
                "+00"
            })
    void areNullOutsideOfTheYearsThatTheirTextCanHold(String wire) {
        assertThat(ScalarType.TIMESTAMPTZ.decode(wire.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Value.NULL);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 15:47:00",
        "2, 15:47:00.12",
        "3, 15:47:00.129",
        "6, 15:47:00.129000",
        "9, 15:47:00.129000",
        "-1, 15:47:00.129000"
    })
    void areCutOrPaddedNeverRounded(int digits, String text) {
        Value value = ScalarType.TIME.decode("15:47:00.129".getBytes(StandardCharsets.UTF_8));

        assertThat(value.plain(new ValueFormat(true, digits, true))).isEqualTo(Value.of(text));
    }
}
