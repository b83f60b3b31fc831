package io.serai.app;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the folder with the routes. */
public final class RoutesFolder {
    private RoutesFolder() {}

    /**
     * The folder that was named, else {@code routes} beside the folder of the config file, in the working directory, or of the distribution: the
     * first that exists.
     */
    public static Path find(Optional<Path> named, Path configFile) {
        List<Path> candidates = named.map(List::of).orElseGet(() -> defaults(configFile));
        return candidates.stream()
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow(() -> new SeraiException(
                        ErrorCode.CONFIG_ROUTE_MISSING,
                        "There is no folder with routes",
                        candidates.stream().map(Path::toString).collect(Collectors.joining(", ")),
                        "Restore it, or name it with --routes."));
    }

    private static List<Path> defaults(Path configFile) {
        Path folder = configFile.toAbsolutePath().normalize().resolveSibling("");
        String home = System.getProperty("serai.home"); // set by the launcher
        return Stream.concat(
                        Stream.of(
                                folder.resolveSibling("routes"),
                                Path.of("routes").toAbsolutePath()),
                        Stream.ofNullable(home).map(distribution -> Path.of(distribution, "routes")))
                .toList();
    }
}
