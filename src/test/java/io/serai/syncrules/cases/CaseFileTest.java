package io.serai.syncrules.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CaseFileTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"cases\":[{\"id\":\"a\"},{\"id\":\"b\"}]}",
                "{\"cases\":[\n{\"id\":\"a\"},\n{\"id\":\"b\"}\n]}\n",
                "\n{\n  \"version\": 1,\n  \"cases\": [{\"id\":\"a\"},{\"id\":\"b\"}]\n}",
                "{\"id\":\"a\"}\n\n{\"id\":\"b\"}\n"
            })
    void bothFormsAreRead(String text) {
        assertThat(CaseFile.read(text))
                .extracting(each -> CaseMembers.text(each, "id"))
                .containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"cases\":[;{\"id\":};]}|line 2: not JSON: expected a value at offset 17",
                "{\"id\":\"a\"};{\"id\"}|line 2: not JSON: expected \":\" at offset 5",
                "{\"id\":\"a\"};7|line 2: not a JSON object",
                "[;]|it is not an object with a member \"cases\"",
                "{\"cases\":[7]}|the case's member \"cases\" is not an array of objects",
                "{;}|the case has no member \"cases\"",
            })
    void whatIsNeitherIsRefusedWithItsPlace(String text, String message) {
        assertThatThrownBy(() -> CaseFile.read(text.replace(';', '\n')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void anEmptyFileIsRefused() {
        assertThatThrownBy(() -> CaseFile.read("")).isInstanceOf(IllegalArgumentException.class);
    }
}
