package io.serai.source.mongodb;

import io.serai.error.ErrorCode;
import io.serai.source.Finding;
import io.serai.source.Finding.Severity;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** What a server is, by its replies to {@code hello} and {@code buildInfo}. */
final class ServerKind {
    private static final int MIN_MAJOR_VERSION = 6;

    private ServerKind() {}

    /** Why it cannot be replicated from, or empty. */
    static Optional<Finding> obstacle(BsonDocument hello, BsonDocument buildInfo) {
        String version = buildInfo.getString("version", new BsonString("0")).getValue();
        boolean isReplicated = hello.containsKey("setName")
                || hello.getString("msg", new BsonString("")).getValue().equals("isdbgrid");
        boolean isOther = buildInfo.keySet().stream().anyMatch(key -> key.startsWith("ferretdb"))
                || !buildInfo.containsKey("storageEngines") && !hello.containsKey("msg")
                || hello.containsKey("setName") && !hello.containsKey("operationTime");
        if (isOther) {
            return Optional.of(error(
                    ErrorCode.MONGODB_OTHER_SERVER,
                    "The server says that it is MongoDB " + version + ", and is another program",
                    "MongoDB 6.0 or later"));
        }
        if (Integer.parseInt(version.split("\\.")[0]) < MIN_MAJOR_VERSION) {
            return Optional.of(
                    error(ErrorCode.MONGODB_VERSION, "The server is MongoDB " + version, "MongoDB 6.0 or later"));
        }
        return isReplicated
                ? Optional.empty()
                : Optional.of(error(
                        ErrorCode.MONGODB_STANDALONE,
                        "The server is a standalone",
                        "a replica set or a sharded cluster"));
    }

    /** What it is, in words, e.g. {@code replica set rs0, MongoDB 6.0.5}. */
    static String text(BsonDocument hello, BsonDocument buildInfo) {
        String set = hello.containsKey("setName")
                ? "replica set " + hello.getString("setName").getValue()
                : hello.containsKey("msg") ? "sharded cluster" : "standalone";
        return set + ", MongoDB "
                + buildInfo
                        .getString("version", new BsonString("of unknown version"))
                        .getValue();
    }

    private static Finding error(ErrorCode code, String found, String needed) {
        return new Finding(code, Severity.ERROR, found, needed, code.remedy());
    }
}
