package io.serai.syncrules.cases;

import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.testsupport.SharedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/** The cases that record what the reference does. */
final class SharedCases {
    private SharedCases() {}

    /** All cases; where the file is missing, that is said as {@link SharedFiles} does. */
    static List<Json.Object> all() {
        try {
            String text = Files.readString(SharedFiles.file("sync-rules/cases.json"), StandardCharsets.UTF_8);
            Json.Object document = (Json.Object) JsonReader.read(text);
            return ((Json.Array) document.members().getFirst().value())
                    .elements().stream().map(Json.Object.class::cast).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
