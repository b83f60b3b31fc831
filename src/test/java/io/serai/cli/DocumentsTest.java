package io.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What the documents name is there. */
class DocumentsTest {
    private static final Pattern COMMAND = Pattern.compile("(?:\\./|`)serai ([a-z]+)((?: --[a-z]+)*)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^):#]+)[^)]*\\)");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "README.md",
                "ARCHITECTURE.md",
                "docs/operate.md",
                "docs/configuration.md",
                "docs/compatibility.md"
            })
    void namesOnlyCommandsOptionsAndFilesThatExist(String document) throws IOException {
        String text = Files.readString(Path.of(document));

        COMMAND.matcher(text).results().forEach(DocumentsTest::requireCommand);
        LINK.matcher(text)
                .results()
                .forEach(link -> assertThat(Path.of(document).toAbsolutePath().resolveSibling(link.group(1)))
                        .as(link.group())
                        .exists());
    }

    @Test
    void theReadmeNamesBothFirstCommands() throws IOException {
        assertThat(Files.readString(Path.of("README.md"))).contains("./serai demo", "./mvnw verify");
    }

    @Test
    void theArchitectureNamesOnlyTypesThatExist() throws IOException {
        Set<String> types = new TreeSet<>();
        for (String folder : new String[] {"src/main/java", "src/test/java"}) {
            try (var files = Files.walk(Path.of(folder))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".java"))
                        .forEach(name -> types.add(name.replace(".java", "")));
            }
        }

        Pattern.compile("`(?:[a-z]+\\.)*([A-Z][A-Za-z0-9]+)`")
                .matcher(Files.readString(Path.of("ARCHITECTURE.md")))
                .results()
                .forEach(name -> assertThat(types).contains(name.group(1)));
    }

    private static void requireCommand(MatchResult found) {
        Map<String, CommandLine> commands = SeraiCommand.commandLine().getSubcommands();
        assertThat(commands).as(found.group()).containsKey(found.group(1));
        CommandLine command = Objects.requireNonNull(commands.get(found.group(1)));
        for (String option : found.group(2).strip().split(" ")) {
            if (!option.isEmpty()) {
                assertThat(command.getCommandSpec().findOption(option))
                        .as(found.group())
                        .isNotNull();
            }
        }
    }
}
