package io.serai.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The environment variables that {@code !env} may name. Immutable. */
public record Environment(Map<String, String> variables) {
    /** Copies the map. */
    public Environment {
        variables = Map.copyOf(variables);
    }

    /** Those of this process. */
    public static Environment ofProcess() {
        return new Environment(System.getenv());
    }

    @Nullable
    String get(String name) {
        return variables.get(name);
    }

    /** Names only: values may be secrets. */
    @Override
    public String toString() {
        return "Environment" + variables.keySet();
    }
}
