package io.serai.bucket;

/**
 * The text that names one version of a bucket definition or stream, {@code name@version}: equal for definitions of two sync configs whose stored
 * contents are the same.
 */
public final class DefinitionId {
    private static final int VERSION_DIGITS = 16;

    private DefinitionId() {}

    /** The id of the definition with this name, whose contents have this hash in hexadecimal digits. */
    public static String of(String name, String hash) {
        return name + '@' + hash.substring(0, VERSION_DIGITS);
    }

    /** The name in an id. */
    public static String name(String id) {
        return id.substring(0, id.lastIndexOf('@'));
    }

    /** The version in an id: equal for definitions of other names with the same contents. */
    public static String version(String id) {
        return id.substring(id.lastIndexOf('@') + 1);
    }
}
