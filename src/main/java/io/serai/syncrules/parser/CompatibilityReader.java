package io.serai.syncrules.parser;

import java.util.List;
import java.util.Optional;

/** Reads the {@code config} part of a sync config. Confined to one thread. */
final class CompatibilityReader {
    private static final List<String> PRECISIONS = List.of("seconds", "milliseconds", "microseconds", "nanoseconds");
    private static final int LAST_EDITION = 3;
    private static final int DEFAULT_STORAGE_VERSION = 2;
    private static final int UNSTABLE_STORAGE_VERSION = 3;

    private final YamlMap config;
    private final Issues issues;

    CompatibilityReader(YamlMap config, Issues issues) {
        this.config = config;
        this.issues = issues;
    }

    static Compatibility defaults(int edition) {
        boolean fixed = edition > 1;
        return new Compatibility(edition, DEFAULT_STORAGE_VERSION, fixed, fixed, fixed, fixed, -1);
    }

    Compatibility read() {
        int edition = edition();
        Compatibility defaults = defaults(edition);
        int storageVersion = storageVersion();
        boolean isoTimestamps = config.optionalFlag("timestamps_iso8601").orElse(defaults.isoTimestamps());
        boolean versioned = config.optionalFlag("versioned_bucket_ids").orElse(defaults.versionedBucketIds());
        boolean fixedJson = config.optionalFlag("fixed_json_extract").orElse(defaults.fixedJsonExtract());
        boolean customTypes = config.optionalFlag("custom_postgres_types").orElse(defaults.customTypes());
        int digits = maxFractionDigits(isoTimestamps);
        boolean engine =
                config.optionalFlag("unstable_sqlite_expression_engine").orElse(false);
        if (engine && (edition < LAST_EDITION || !fixedJson)) {
            issues.error(
                    "config.expression-engine",
                    config.node().span(),
                    "\"unstable_sqlite_expression_engine\" needs edition 3 and fixed_json_extract");
        } else if (engine) {
            issues.warning(
                    "config.expression-engine",
                    config.node().span(),
                    "\"unstable_sqlite_expression_engine\" has no effect here");
        }
        config.refuseOthers();
        return new Compatibility(edition, storageVersion, isoTimestamps, versioned, fixedJson, customTypes, digits);
    }

    private int edition() {
        Optional<YamlNode> node = config.get("edition");
        if (node.isEmpty()) {
            return 1;
        }
        int edition = smallInteger(node.get());
        if (edition < 0) {
            issues.error("yaml.wrong-type", node.get().span(), "\"edition\" must be a number: 1, 2 or 3");
            return 1;
        }
        if (edition < 1 || edition > LAST_EDITION) {
            issues.error("config.edition", node.get().span(), "The editions are 1, 2 and 3");
            return Math.clamp(edition, 1, LAST_EDITION);
        }
        return edition;
    }

    private int storageVersion() {
        Optional<YamlNode> node = config.get("storage_version");
        if (node.isEmpty()) {
            return DEFAULT_STORAGE_VERSION;
        }
        int version = smallInteger(node.get());
        if (version == UNSTABLE_STORAGE_VERSION) {
            issues.warning("config.storage-version", node.get().span(), "Storage version 3 is unstable");
        } else if (version != DEFAULT_STORAGE_VERSION) {
            issues.error("config.storage-version", node.get().span(), "The storage versions are 2 and 3");
        }
        return version;
    }

    private int maxFractionDigits(boolean isoTimestamps) {
        Optional<YamlNode> node = config.get("timestamp_max_precision");
        if (node.isEmpty()) {
            return -1;
        }
        int index = node.get() instanceof YamlNode.Scalar scalar ? PRECISIONS.indexOf(scalar.text()) : -1;
        if (index < 0) {
            issues.error(
                    "config.time-precision",
                    node.get().span(),
                    "\"timestamp_max_precision\" is one of " + String.join(", ", PRECISIONS));
        } else if (!isoTimestamps) {
            issues.error(
                    "config.time-precision",
                    config.node().span(),
                    "\"timestamp_max_precision\" needs timestamps_iso8601 or edition 2");
        }
        return 3 * index;
    }

    /** A number of one or two digits, else -1. */
    private static int smallInteger(YamlNode node) {
        return node instanceof YamlNode.Scalar scalar
                        && scalar.isInteger()
                        && scalar.text().length() <= 2
                        && scalar.text().chars().allMatch(Character::isDigit)
                ? Integer.parseInt(scalar.text())
                : -1;
    }
}
