package io.serai.api.sync;

import io.serai.bucket.BucketName;
import io.serai.change.Json;
import io.serai.storage.BucketSum;

/**
 * A bucket as a client was told of it. Immutable.
 *
 * @param wireName what clients call it: it never comes back with other contents
 * @param priority 0 comes first
 * @param subscriptions why the client has it, as clients are told
 */
record ServedBucket(BucketName bucket, String wireName, int priority, Json subscriptions, BucketSum sum) {
    Json json() {
        return Json.object(
                "bucket",
                new Json.Text(wireName),
                "checksum",
                Json.number(sum.checksum()),
                "count",
                Json.number(sum.count()),
                "priority",
                Json.number(priority),
                "subscriptions",
                subscriptions);
    }
}
