package io.serai.source.debezium;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.debezium.configuration.EmbeddedDebeziumConfiguration;
import org.apache.camel.support.PropertyBindingSupport;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of one endpoint's engine: what its user has set, which must be known to lose nothing, and what Serai adds. Confined to one thread
 * at a time.
 */
final class EngineSettings {
    private static final String ADDITIONAL = "additionalProperties.";

    private final EmbeddedDebeziumConfiguration configuration;
    private final Map<String, String> given;
    private final @Nullable Duration silence;
    private final CamelContext context;

    private EngineSettings(
            EmbeddedDebeziumConfiguration configuration,
            Map<String, String> given,
            @Nullable Duration silence,
            CamelContext context) {
        this.configuration = configuration;
        this.given = given;
        this.silence = silence;
        this.context = context;
    }

    /**
     * Looks at what the user has set.
     *
     * @param logName what the engine reads
     * @throws SeraiException {@link ErrorCode#DEBEZIUM_SETTING} with the lines to change
     */
    static EngineSettings of(
            EmbeddedDebeziumConfiguration configuration,
            Connector connector,
            String logName,
            CamelContext context,
            String where) {
        Map<String, String> given = new TreeMap<>(Settings.GIVEN);
        given.putAll(connector.given(logName));
        Map<String, String> wrong = wrong(configuration, connector, given);
        if (!wrong.isEmpty()) {
            throw new SeraiException(
                    ErrorCode.DEBEZIUM_SETTING,
                    "The endpoint has settings by which changes could be lost, or that are not known to be harmless: "
                            + String.join(", ", wrong.keySet()),
                    where,
                    wrong.values().stream().collect(Collectors.joining("; ", "On the endpoint: ", ".")));
        }
        return new EngineSettings(configuration, given, connector.silence(), context);
    }

    /** For each property that is wrong what to do about it. */
    private static Map<String, String> wrong(
            EmbeddedDebeziumConfiguration configuration, Connector connector, Map<String, String> given) {
        Map<String, String> set = configuration.createDebeziumConfiguration().asMap();
        Map<String, String> defaults = defaults(configuration);
        Map<String, String> required = connector.required();
        Map<String, String> wrong = new TreeMap<>();
        required.forEach((property, value) -> {
            if (!value.equalsIgnoreCase(set.get(property))) {
                wrong.put(property, "set " + option(property) + " to " + value);
            }
        });
        set.forEach((property, value) -> {
            boolean isKnown = required.containsKey(property)
                    || Settings.HARMLESS.contains(property)
                    || connector.harmless().contains(property)
                    || value.equals(defaults.get(property))
                    || value.equals(given.get(property))
                    || property.equals(StorageOffsets.ENGINE)
                    || property.equals(StoredSchemas.ENGINE)
                    || property.equals(engineOfTransform());
            if (!isKnown) {
                String name = defaults.containsKey(property)
                                || !configuration.getAdditionalProperties().containsKey(property)
                        ? option(property)
                        : ADDITIONAL + property;
                wrong.put(property, "remove " + name);
            }
        });
        return wrong;
    }

    /** What an endpoint has on which nothing is set. */
    private static Map<String, String> defaults(EmbeddedDebeziumConfiguration configuration) {
        try {
            return configuration
                    .getClass()
                    .getDeclaredConstructor()
                    .newInstance()
                    .createDebeziumConfiguration()
                    .asMap();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a configuration of Camel's has no default", e);
        }
    }

    /** The name of the option of an endpoint that sets the property. */
    private static String option(String property) {
        StringBuilder option = new StringBuilder();
        boolean isFirst = false;
        for (int i = 0; i < property.length(); i++) {
            char letter = property.charAt(i);
            if (letter != '.') {
                option.append(isFirst ? Character.toUpperCase(letter) : letter);
            }
            isFirst = letter == '.';
        }
        return option.toString();
    }

    private static String engineOfTransform() {
        return "transforms.serai." + WholeRecord.ENGINE;
    }

    /** How long an engine may deliver nothing while it lives, or null for ever. */
    @Nullable
    Duration silence() {
        return silence;
    }

    /** Completes the configuration for the next engine, which has this name. An option that the endpoint has goes before an additional property. */
    void apply(String engine) {
        Map<String, Object> additional = new HashMap<>(configuration.getAdditionalProperties());
        Map<String, Object> options = new HashMap<>();
        given.forEach((property, value) -> {
            additional.put(property, value);
            options.put(option(property), value);
        });
        additional.put(StorageOffsets.ENGINE, engine);
        additional.put(StoredSchemas.ENGINE, engine);
        additional.put(engineOfTransform(), engine);
        configuration.setAdditionalProperties(additional);
        PropertyBindingSupport.build()
                .withCamelContext(context)
                .withTarget(configuration)
                .withProperties(options)
                .withReference(false)
                .withPlaceholder(false)
                .bind();
    }
}
