package io.serai.source.debezium;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The engines of this process by their names, for what Debezium makes by the name of a class, with nothing but a configuration in its hands: the only
 * state that is shared by all contexts of a process (docs/decisions/0021). Thread-safe.
 */
final class Engines {
    private static final Map<String, Engine> BY_NAME = new ConcurrentHashMap<>();

    private Engines() {}

    static void add(Engine engine) {
        BY_NAME.put(engine.name(), engine);
    }

    static void remove(Engine engine) {
        BY_NAME.remove(engine.name());
    }

    /** The engine of this name, or null when it was closed or never was. */
    static @Nullable Engine of(@Nullable Object name) {
        return name == null ? null : BY_NAME.get(name.toString());
    }
}
