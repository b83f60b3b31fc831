package io.serai.config;

import io.serai.error.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * {@code config/service.yaml}, in the shape that PowerSync's self-hosted service reads. Every key that the service knows is accepted; one
 * that has no effect here is a warning, any other key an error. Immutable.
 *
 * @param file where it was read from; paths in it are relative to its folder
 * @param connections the sources, each with an id of its own
 * @param port the API's port on all addresses
 */
public record ServiceConfig(
        Path file,
        List<Connection> connections,
        StorageConfig storage,
        int port,
        SyncConfigSource syncConfig,
        ClientAuth clientAuth,
        ApiConfig api,
        LoggingConfig logging) {
    private static final int DEFAULT_PORT = 8080;

    /** Copies the list. */
    public ServiceConfig {
        connections = List.copyOf(connections);
    }

    /**
     * What came of reading a file. Immutable.
     *
     * @param issues in the order of the file
     * @param config empty when one of them is an error
     */
    public record Parsed(List<Issue> issues, Optional<ServiceConfig> config) {
        /** Copies the list. */
        public Parsed {
            issues = List.copyOf(issues);
        }
    }

    /** Reads the text of {@code file}. */
    public static Parsed parse(Path file, String text, Environment environment) {
        List<Issue> issues = new ArrayList<>();
        Optional<ServiceConfig> config = Optional.empty();
        try {
            // SnakeYAML Engine 3.0.1 fails where its buffer ends within a surrogate pair: it takes the whole text.
            LoadSettings settings = LoadSettings.builder()
                    .setUseMarks(true)
                    .setBufferSize(text.length() + 1)
                    .build();
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                issues.add(new Issue(Issue.Severity.ERROR, ErrorCode.CONFIG_INVALID, 1, 1, "the file is empty"));
            } else {
                config = read(file, new Section("", root.get(), environment, issues));
            }
        } catch (YamlEngineException e) {
            issues.add(syntaxError(e));
        } catch (NumberFormatException e) {
            // SnakeYAML Engine so refuses the code of an escape that the text cuts off, or that is no character's.
            issues.add(notYaml("an escape names no character"));
        }
        issues.sort(null);
        boolean isUsable = issues.stream().noneMatch(Issue::isError);
        return new Parsed(issues, isUsable ? config : Optional.empty());
    }

    private static Optional<ServiceConfig> read(Path file, Section root) {
        Path folder = file.toAbsolutePath().normalize().resolveSibling("");
        List<Connection> connections = connections(root);
        StorageConfig storage = StorageConfig.read(root.section("storage"), folder);
        int port = root.number("port", 0, 65535).orElse(DEFAULT_PORT);
        Optional<SyncConfigSource> syncConfig = SyncConfigSource.read(root, folder);
        ClientAuth clientAuth =
                root.section("client_auth").map(ClientAuth::read).orElse(ClientAuth.NOBODY);
        ApiConfig apiConfig =
                root.section("api").map(api -> ApiConfig.read(api, folder)).orElse(ApiConfig.DEFAULT);
        LoggingConfig logging = root.section("system").map(LoggingConfig::read).orElse(LoggingConfig.DEFAULT);
        readWithoutEffect(root);
        root.end();
        return syncConfig.map(
                rules -> new ServiceConfig(file, connections, storage, port, rules, clientAuth, apiConfig, logging));
    }

    private static List<Connection> connections(Section root) {
        Optional<Section> replication = root.section("replication");
        List<Section> entries =
                replication.map(section -> section.sections("connections")).orElse(List.of());
        replication.ifPresent(Section::end);
        if (entries.isEmpty()) {
            root.reject("replication", "needs at least one entry in \"connections\"");
        }
        List<Connection> connections = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Section entry : entries) {
            Connection.read(entry).ifPresent(connection -> {
                connections.add(connection);
                if (!ids.add(connection.id())) {
                    entry.reject(
                            "id", "is \"" + connection.id() + "\" a second time; each connection needs one of its own");
                }
            });
        }
        return connections;
    }

    private static void readWithoutEffect(Section root) {
        root.accept("_type", "metadata");
        root.withoutEffect("there is no such thing here", "dev", "parameters");
        root.withoutEffect("a storage of another version is never changed by itself", "migrations");
        root.withoutEffect("probes are always served on the API port", "healthcheck", "service");
        root.section("telemetry").ifPresent(telemetry -> {
            telemetry.accept("disable_telemetry_sharing"); // nothing is ever shared
            telemetry.withoutEffect("metrics are served on the API port", "prometheus_port");
            telemetry.withoutEffect("nothing is ever shared", "internal_service_endpoint");
            telemetry.end();
        });
    }

    private static Issue syntaxError(YamlEngineException e) {
        if (e instanceof MarkedYamlEngineException marked
                && marked.getProblemMark().isPresent()) {
            int line = marked.getProblemMark().get().getLine() + 1;
            int column = marked.getProblemMark().get().getColumn() + 1;
            return new Issue(
                    Issue.Severity.ERROR, ErrorCode.CONFIG_INVALID, line, column, "not YAML: " + marked.getProblem());
        }
        return notYaml(String.valueOf(e.getMessage()));
    }

    private static Issue notYaml(String problem) {
        return new Issue(Issue.Severity.ERROR, ErrorCode.CONFIG_INVALID, 1, 1, "not YAML: " + problem);
    }
}
