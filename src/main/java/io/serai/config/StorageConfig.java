package io.serai.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code storage}: where the buckets are kept. Immutable.
 *
 * @param path the folder of the RocksDB storage, absolute
 */
public record StorageConfig(Path path) {
    private static final String DEFAULT_PATH = "data";

    static StorageConfig read(Optional<Section> section, Path folder) {
        section.ifPresent(StorageConfig::check);
        String path = section.flatMap(storage -> storage.text("path")).orElse(DEFAULT_PATH);
        section.ifPresent(Section::end);
        return new StorageConfig(folder.resolve(path).normalize());
    }

    private static void check(Section section) {
        String type = section.text("type").orElse("rocksdb");
        if (!type.equals("rocksdb")) {
            section.reject(
                    "type",
                    "is \"" + type
                            + "\", which this version does not have; write \"storage: {type: rocksdb, path: data}\"");
        }
        section.withoutEffect(
                "the storage is a folder, not a server",
                "uri",
                "hostname",
                "port",
                "username",
                "password",
                "database",
                "id",
                "tag",
                "sslmode",
                "cacert",
                "client_certificate",
                "client_private_key",
                "tls_servername",
                "reject_ip_ranges",
                "slot_name_prefix",
                "connect_timeout",
                "max_pool_size",
                "debug_api");
        section.withoutEffect(
                "RocksDB needs no such setting",
                "default_storage_version",
                "clear_batch_throttle_rate",
                "bulk_read_preference",
                "chunk_compaction_concurrency",
                "object_storage",
                "batch_limits");
    }
}
