package io.serai.change;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {
    @ParameterizedTest
    @CsvSource({
        "0.0, 0",
        "-0.0, 0",
        "1.0, 1",
        "-1.0, -1",
        "100.0, 100",
        "0.1, 0.1",
        "-2.5, -2.5",
        "123456789.125, 123456789.125",
        "9007199254740991.0, 9007199254740991",
        "9007199254740992.0, 9007199254740992",
        "9007199254740994.0, 9007199254740994",
        "9.223372036854776E18, 9223372036854776000",
        "1.0E20, 100000000000000000000",
        "1.2345E20, 123450000000000000000",
        "1.0E21, 1e+21",
        "-1.5E21, -1.5e+21",
        "1.0E100, 1e+100",
        "1.7976931348623157E308, 1.7976931348623157e+308",
        "1.0E-6, 0.000001",
        "1.5E-6, 0.0000015",
        "1.0E-7, 1e-7",
        "1.5E-7, 1.5e-7",
        "2.2250738585072014E-308, 2.2250738585072014e-308",
        "4.9E-324, 5e-324",
        "9.9E-324, 1e-323",
        "1.5E-323, 1.5e-323",
        "2.0E-323, 2e-323",
        "2.0E23, 2e+23",
        "NaN, NaN",
        "Infinity, Infinity",
        "-Infinity, -Infinity",
    })
    void writesNumbersAsEcmaScriptDoes(double value, String text) {
        assertThat(NumberText.of(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0",
        "-0.0, 0.0",
        "-3.0, -3.0",
        "1.5, 1.5",
        "1.0E20, 100000000000000000000.0",
        "1.0E21, 1e+21",
        "1.0E-7, 1e-7",
        "NaN, null",
        "-Infinity, null",
    })
    void keepsTheKindInJson(double value, String text) {
        assertThat(NumberText.json(value)).isEqualTo(text);
    }

    @Test
    void readsBackAsTheSameDouble() {
        long seed = 20_817;
        Random random = new Random(seed);

        for (int i = 0; i < 100_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertThat(Double.parseDouble(NumberText.of(value)))
                        .as("seed %d, bits %x", seed, Double.doubleToLongBits(value))
                        .isEqualTo(value);
            }
        }
    }
}
