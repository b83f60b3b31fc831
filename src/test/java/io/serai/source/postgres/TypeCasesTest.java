package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.app.Cases;
import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.syncrules.cases.CaseFile;
import io.serai.syncrules.cases.CaseGrader;
import io.serai.syncrules.cases.CaseLines;
import io.serai.syncrules.cases.CaseMembers;
import io.serai.testsupport.SharedFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The values that PowerSync's service makes of Postgres' text forms ({@code sync-rules/cases.json}, category {@code types}), as
 * {@code serai eval} tells them.
 */
class TypeCasesTest {
    @ParameterizedTest
    @MethodSource("cases")
    void decodesAsPowerSyncDoes(Json.Object example) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] line = example.text().getBytes(StandardCharsets.UTF_8);

        long broken = new CaseLines(Cases.runner()).answer(new ByteArrayInputStream(line), out);

        assertThat(broken).isZero();
        Json.Object answer = (Json.Object) JsonReader.read(out.toString(StandardCharsets.UTF_8));
        assertThat(answer.get("id")).isEqualTo(example.get("id"));
        assertThat(CaseGrader.differences(example, CaseMembers.object(answer, "actual")))
                .hasValueSatisfying(differences -> assertThat(differences).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void decodesAlikeWhenTheTypeIsBuiltFromItsText(Json.Object example) {
        PostgresType type = PostgresCaseValues.type(example);

        assertThat(TypeText.parse(type.encoded())).isEqualTo(type);
    }

    static Stream<Named<Json.Object>> cases() throws IOException {
        return CaseFile.read(Files.readString(SharedFiles.file("sync-rules/cases.json"))).stream()
                .filter(each -> new Json.Text("types").equals(each.get("category"))
                        && new Json.Text("postgres").equals(each.get("source")))
                .map(each -> Named.of(CaseMembers.text(each, "id"), each));
    }
}
