package io.serai.app;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration has errors; all of them, and the warnings beside them, are told at once. Immutable. */
public final class ConfigurationRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    ConfigurationRefused(List<Fault> faults) {
        super(faults.stream().map(Fault::text).collect(Collectors.joining("\n")));
        this.faults = List.copyOf(faults);
    }

    /** What was found, in the order of the files. */
    public List<Fault> faults() {
        return faults;
    }
}
