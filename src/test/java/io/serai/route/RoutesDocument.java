package io.serai.route;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The examples of docs/routes.md, which tests run as they are written there. */
final class RoutesDocument {
    private RoutesDocument() {}

    /** The first YAML block under this heading. */
    static String example(String heading) throws IOException {
        return examples(heading).getFirst();
    }

    /** The YAML blocks under this heading. */
    static List<String> examples(String heading) throws IOException {
        String text = Files.readString(Path.of("docs/routes.md"));
        Matcher section = Pattern.compile("\n#+ " + Pattern.quote(heading) + "\n.*?(?=\n#+ |\\z)", Pattern.DOTALL)
                .matcher(text);
        List<String> examples = !section.find()
                ? List.of()
                : Pattern.compile("\n```yaml\n(.*?)\n```", Pattern.DOTALL)
                        .matcher(section.group())
                        .results()
                        .map(block -> block.group(1) + "\n")
                        .toList();
        if (examples.isEmpty()) {
            throw new IllegalArgumentException("no example under \"" + heading + "\" in docs/routes.md");
        }
        return examples;
    }
}
