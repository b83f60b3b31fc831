package io.serai.syncrules.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaseGraderTest {
    @Test
    void theOrderOfRowsAndOfTheirMembersDoesNotMatter() {
        assertThat(differences(
                        "row-eval",
                        "{\"rows\":[" + row("1", "{'id':'1','n':2}") + "," + row("2", "{'id':'2'}") + "]}",
                        "{\"rows\":[" + row("2", "{'id':'2'}") + "," + row("1", "{'n':2,'id':'1'}") + "]}"))
                .isEmpty();
    }

    @Test
    void theTextOfNumbersMatters() {
        assertThat(differences(
                        "row-eval",
                        "{\"rows\":[" + row("1", "{'n':1}") + "]}",
                        "{\"rows\":[" + row("1", "{'n':1.0}") + "]}"))
                .containsExactly("missing row: b[] t 1 {\"n\":1}", "unexpected row: b[] t 1 {\"n\":1.0}");
    }

    @Test
    void onlyWhetherThereWereErrorsMatters() {
        String two = "{\"rows\":[],\"rowErrors\":2}";

        assertThat(differences("row-eval", two, "{\"rows\":[],\"rowErrors\":1}"))
                .isEmpty();
        assertThat(differences("row-eval", two, "{\"rows\":[]}")).containsExactly("expected rowErrors");
        assertThat(differences("row-eval", "{\"rows\":[]}", two)).containsExactly("unexpected rowErrors");
    }

    @Test
    void bucketsMayBeRenamedConsistentlyWhereTheirOrderIsNotKnown() {
        String one = "{\"buckets\":[{\"bucket\":\"b|0[1,\\\"x\\\"]\",\"priority\":3,\"definition\":\"b\"}]}";
        String other = "{\"buckets\":[{\"bucket\":\"b|1[\\\"x\\\",1]\",\"priority\":3,\"definition\":\"b\"}]}";

        assertThat(differences("param", one, other)).hasSize(2);
        assertThat(differences("param", one, other, "bucket-name-order")).isEmpty();
    }

    @Test
    void aConfigThatIsInvalidIsShownWithItsMessages() {
        assertThat(differences("param", "{\"buckets\":[]}", "{\"invalid\":1,\"messages\":[\"no\"]}"))
                .containsExactly("unexpected invalid: {\"invalid\":1,\"messages\":[\"no\"]}");
        assertThat(differences("param", "{\"invalid\":4}", "{\"invalid\":1}")).isEmpty();
        assertThat(differences("param", "{\"requestError\":true}", "{\"buckets\":[]}"))
                .containsExactly("expected requestError");
    }

    @Test
    void anErrorMustTouchThePlaceOfTheExpectedOne() {
        String expected = "{\"valid\":false,\"issues\":[{\"level\":\"error\",\"code\":\"a\",\"start\":5,\"end\":9}]}";

        assertThat(differences("errors", expected, expected.replace("5", "8").replace("\"a\"", "\"b\"")))
                .isEmpty();
        assertThat(differences("errors", expected, expected.replace("9", "4").replace("5", "1")))
                .first()
                .asString()
                .startsWith("missing error {\"level\":\"error\"");
    }

    @Test
    void aValueOfAllContextsIsThatOfEach() {
        String each = "{\"legacy\":{\"value\":{\"int\":\"1\"}},\"edition3\":{\"value\":{\"int\":\"2\"}}}";

        assertThat(differences("types", each, "{\"all\":{\"value\":{\"int\":\"1\"}}}"))
                .containsExactly("edition3: expected {\"value\":{\"int\":\"2\"}}, found {\"value\":{\"int\":\"1\"}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"int-outside-64-bit", "non-sqlite-value", "version-sensitive"})
    void whatThereIsNoAgreementAboutDoesNotCount(String quirk) {
        Json.Object testCase = object("{\"category\":\"param\",\"expected\":{},\"quirks\":[\"" + quirk + "\"]}");

        assertThat(CaseGrader.differences(testCase, object("{}"))).isEmpty();
    }

    @Test
    void anExpectationOfAnotherShapeIsNotADifference() {
        assertThatThrownBy(() -> differences("row-eval", "{\"buckets\":[]}", "{\"rows\":[]}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the case has no member \"rows\"");
    }

    private static String row(String id, String data) {
        return "{\"bucket\":\"b[]\",\"table\":\"t\",\"id\":\"" + id + "\",\"dataJson\":"
                + new Json.Text(data.replace('\'', '"')).text() + "}";
    }

    private static List<String> differences(String category, String expected, String actual, String... quirks) {
        Json.Object testCase = object("{\"category\":\"" + category + "\",\"expected\":" + expected + ",\"quirks\":"
                + (quirks.length == 0 ? "[]" : "[\"" + String.join("\",\"", quirks) + "\"]") + "}");
        return CaseGrader.differences(testCase, object(actual)).orElseThrow();
    }

    private static Json.Object object(String json) {
        return (Json.Object) JsonReader.read(json);
    }
}
