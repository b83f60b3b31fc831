package io.serai.app;

/** The version of this program. */
public final class Version {
    private Version() {}

    /** As the jar says it, or {@code development} when the classes are not in one. */
    public static String current() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
