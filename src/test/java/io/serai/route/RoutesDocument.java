package io.serai.route;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The examples of docs/routes.md, which tests run as they are written there. */
final class RoutesDocument {
    private RoutesDocument() {}

    /** The first YAML block under this heading. */
    static String example(String heading) throws IOException {
        String text = Files.readString(Path.of("docs/routes.md"));
        Matcher block = Pattern.compile(
                        "\n#+ " + Pattern.quote(heading) + "\n(?:(?!\n#+ ).)*?\n```yaml\n(.*?)\n```", Pattern.DOTALL)
                .matcher(text);
        if (!block.find()) {
            throw new IllegalArgumentException("no example under \"" + heading + "\" in docs/routes.md");
        }
        return block.group(1) + "\n";
    }
}
