package io.serai.app;

import io.serai.config.Connection;
import io.serai.config.Environment;
import io.serai.config.ServiceConfig;
import io.serai.config.SyncConfigSource;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.syncrules.ParsedConfig;
import io.serai.syncrules.SyncRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * service.yaml and the sync rules that it names, both without errors. Immutable.
 *
 * @param warnings of both files
 */
public record Configuration(ServiceConfig service, SyncRules rules, List<Fault> warnings) {
    /** Copies the list. */
    public Configuration {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads both files.
     *
     * @throws ConfigurationRefused when one of them has errors
     * @throws SeraiException {@code CONFIG_NOT_FOUND} when one of them cannot be read
     */
    public static Configuration load(Path file, Environment environment) throws ConfigurationRefused {
        List<Fault> faults = new ArrayList<>();
        return withRules(service(file, environment, faults), faults);
    }

    /** As {@link #load}, with a service.yaml that was read before; the warnings are those of the rules. */
    static Configuration withRules(ServiceConfig service) throws ConfigurationRefused {
        return withRules(service, new ArrayList<>());
    }

    private static Configuration withRules(ServiceConfig service, List<Fault> faults) throws ConfigurationRefused {
        return withRules(service, rulesText(service.syncConfig()), faults);
    }

    /** As {@link #load}, with a service.yaml and a sync config that were read before. */
    static Configuration withRules(ServiceConfig service, String text) throws ConfigurationRefused {
        return withRules(service, text, new ArrayList<>());
    }

    private static Configuration withRules(ServiceConfig service, String text, List<Fault> faults)
            throws ConfigurationRefused {
        ParsedConfig parsed = SyncRules.parse(text);
        Path rulesFile = rulesFile(service);
        parsed.issues().forEach(issue -> faults.add(Fault.of(rulesFile, text, issue)));
        if (parsed.rules().isEmpty()) {
            throw new ConfigurationRefused(faults);
        }
        SyncRules rules = parsed.rules().get();
        rules.compare(tags(service)).forEach(issue -> faults.add(Fault.of(rulesFile, text, issue)));
        return new Configuration(service, rules, faults);
    }

    private static Set<String> tags(ServiceConfig service) {
        return service.connections().stream().map(Connection::tag).collect(Collectors.toSet());
    }

    /** Reads only service.yaml, for commands that need no rules. */
    public static ServiceConfig loadService(Path file, Environment environment) throws ConfigurationRefused {
        return service(file, environment, new ArrayList<>());
    }

    private static ServiceConfig service(Path file, Environment environment, List<Fault> faults)
            throws ConfigurationRefused {
        String text = read(file, "Write one, or name it with --config.");
        ServiceConfig.Parsed parsed = ServiceConfig.parse(file, text, environment);
        parsed.issues().forEach(issue -> faults.add(Fault.of(file, text, issue)));
        if (parsed.config().isEmpty()) {
            throw new ConfigurationRefused(faults);
        }
        return parsed.config().get();
    }

    /**
     * Reads the sync config.
     *
     * @throws SeraiException {@code CONFIG_NOT_FOUND} when it cannot be read
     */
    static String rulesText(SyncConfigSource source) {
        return switch (source) {
            case SyncConfigSource.File file -> read(file.path(), "Correct sync_config.path in service.yaml.");
            case SyncConfigSource.Inline inline -> inline.content();
        };
    }

    /** The file as a message names it; places in inline rules are counted from their own first line. */
    private static Path rulesFile(ServiceConfig service) {
        return switch (service.syncConfig()) {
            case SyncConfigSource.File file -> shortened(file.path());
            case SyncConfigSource.Inline inline -> Path.of(service.file() + "(sync_config.content)");
        };
    }

    private static Path shortened(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path) : path;
    }

    static String read(Path file, String remedy) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new SeraiException(
                    ErrorCode.CONFIG_NOT_FOUND,
                    "The file \"" + file + "\" cannot be read: " + reason(e),
                    "",
                    remedy,
                    e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "it does not exist" : e.toString();
    }
}
