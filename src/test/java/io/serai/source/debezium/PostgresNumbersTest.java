package io.serai.source.debezium;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers as Postgres 17 prints them. */
class PostgresNumbersTest {
    @ParameterizedTest
    @CsvSource({
        "0.0, 0",
        "-0.0, -0",
        "1.0, 1",
        "-1.5, -1.5",
        "1.0E-4, 0.0001",
        "1.0E-5, 1e-05",
        "123456789012345.0, 123456789012345",
        "1.0E15, 1e+15",
        "1.0E300, 1e+300",
        "4.9E-324, 5e-324",
        "1.7976931348623157E308, 1.7976931348623157e+308",
        "NaN, NaN",
        "-Infinity, -Infinity"
    })
    void areDoubles(double value, String text) {
        assertThat(PostgresNumbers.text(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.1", "1.4E-45, 1e-45", "3.4028235E38, 3.4028235e+38", "100000, 100000", "1000000, 1e+06"})
    void areFloats(float value, String text) {
        assertThat(PostgresNumbers.text(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"(1.0E300,-0.0)|(1e+300,-0)", "<(0.0,0.0),1.5>|<(0,0),1.5>", "{1.0,2.0,3.0}|{1,2,3}"})
    void areAlsoInGeometries(String java, String text) {
        assertThat(PostgresNumbers.withNumbersAsWritten(java)).isEqualTo(text);
    }
}
