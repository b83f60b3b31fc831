package io.serai.config;

import java.nio.file.Path;
import java.util.Optional;

/** {@code sync_config} (or its older name {@code sync_rules}): where the sync rules are written. Immutable. */
public sealed interface SyncConfigSource {
    /** In a file of their own. */
    record File(Path path) implements SyncConfigSource {}

    /** In service.yaml itself. */
    record Inline(String content) implements SyncConfigSource {}

    /** Reads it; a missing or doubtful one is an issue and answers empty. */
    static Optional<SyncConfigSource> read(Section root, Path folder) {
        if (root.has("sync_config") && root.has("sync_rules")) {
            root.reject("sync_rules", "is the older name of sync_config; write only one of them");
        }
        Optional<Section> section = root.section("sync_config").or(() -> root.section("sync_rules"));
        if (section.isEmpty()) {
            root.reject("", "has no sync_config; write \"sync_config: {path: sync-config.yaml}\"");
            return Optional.empty();
        }
        return section.flatMap(found -> readFound(found, folder));
    }

    private static Optional<SyncConfigSource> readFound(Section section, Path folder) {
        if (section.flag("exit_on_error").orElse(true).equals(false)) {
            section.warning("exit_on_error", "has no effect here: rules with errors always stop the start");
        }
        Optional<String> path = section.text("path");
        Optional<String> content = section.text("content");
        section.end();
        if (path.isPresent() == content.isPresent()) {
            section.reject("", "needs either \"path\" or \"content\"");
            return Optional.empty();
        }
        return path.<SyncConfigSource>map(file -> new File(folder.resolve(file).normalize()))
                .or(() -> content.map(Inline::new));
    }
}
