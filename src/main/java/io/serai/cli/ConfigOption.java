package io.serai.cli;

import io.serai.app.Configuration;
import io.serai.app.ConfigurationRefused;
import io.serai.config.Environment;
import io.serai.config.ServiceConfig;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that every command has but the demo. */
final class ConfigOption {
    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The service's configuration (default: ${DEFAULT-VALUE}).")
    private Path file = Path.of("config/service.yaml");

    /** The file that was named, or the default. */
    Path file() {
        return file;
    }

    /** service.yaml with the rules. */
    Configuration load() throws ConfigurationRefused {
        return Configuration.load(file, Environment.ofProcess());
    }

    /** service.yaml alone. */
    ServiceConfig loadService() throws ConfigurationRefused {
        return Configuration.loadService(file, Environment.ofProcess());
    }
}
