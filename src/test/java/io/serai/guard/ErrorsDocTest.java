package io.serai.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/errors.md} equal to {@link ErrorCode}. {@code -Dgenerate} writes the file. */
class ErrorsDocTest {
    private static final Path FILE = Path.of("docs", "errors.md");

    private static final Map<String, String> FAMILIES = new LinkedHashMap<>();

    static {
        FAMILIES.put("R", "Sync rules");
        FAMILIES.put("S10", "Sources");
        FAMILIES.put("S11", "Postgres");
        FAMILIES.put("S12", "MySQL");
        FAMILIES.put("S13", "MongoDB");
        FAMILIES.put("S14", "Debezium's endpoints");
        FAMILIES.put("S2", "Storage and routes");
        FAMILIES.put("S3", "Configuration and commands");
        FAMILIES.put("S4", "API");
        FAMILIES.put("S9", "Faults of this program");
    }

    @Test
    void documentsEachCode() throws IOException {
        String manual = manual();

        if (System.getProperty("generate") != null) {
            Files.writeString(FILE, manual);
        }

        assertThat(FILE)
                .as("docs/errors.md is generated: ./mvnw -Dquick -Dtest=ErrorsDocTest -Dgenerate test")
                .hasContent(manual);
    }

    @Test
    void usesEachCodeOnce() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::code)).doesNotHaveDuplicates();
    }

    @Test
    void putsEachCodeInAFamily() {
        assertThat(ErrorCode.values())
                .allSatisfy(code -> assertThat(FAMILIES.keySet().stream()
                                .filter(family -> code.code().startsWith("SERAI-" + family)))
                        .as(code.code())
                        .hasSize(1));
    }

    private static String manual() {
        StringBuilder text = new StringBuilder("""
                # Errors

                Every failure that an operator can meet has a code, which stays the same and is never used for something else. The message says
                what happened, where, and what to do; this page says what it means. *Passes*: it usually passes by itself, and is tried again
                after a short, growing delay; everything else is tried again less often, for ever.

                This file is generated from `ErrorCode`.
                """);
        FAMILIES.forEach((family, title) -> {
            List<ErrorCode> codes = Arrays.stream(ErrorCode.values())
                    .filter(code -> code.code().startsWith("SERAI-" + family))
                    .sorted(Comparator.comparing(ErrorCode::code))
                    .toList();
            if (!codes.isEmpty()) {
                text.append("\n## ").append(title).append('\n');
                codes.forEach(code -> append(text, code));
            }
        });
        return text.toString();
    }

    private static void append(StringBuilder text, ErrorCode code) {
        text.append("\n### ")
                .append(code.code())
                .append(code.isTransient() ? " (passes)" : "")
                .append("\n\n");
        text.append(code.meaning()).append("\n\n");
        text.append("**What to do:** ").append(code.remedy()).append('\n');
    }
}
