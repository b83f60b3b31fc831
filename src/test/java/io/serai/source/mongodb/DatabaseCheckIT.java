package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.app.LocalMongo.Shape;
import io.serai.error.ErrorCode;
import io.serai.source.Finding;
import io.serai.source.Finding.Severity;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DatabaseCheckIT {
    @TempDir
    Path folder;

    @Test
    void aStandaloneIsRecognised() throws Exception {
        try (MongoServer server = MongoServer.own(Shape.STANDALONE);
                MongoReplica replica = new MongoReplica(
                                folder,
                                MongoSettings.of("shop", server.uri("app"), "app", PostImages.OFF),
                                "SELECT _id AS id FROM todos")
                        .start()) {
            replica.awaitProblem(ErrorCode.MONGODB_STANDALONE);
        }
    }

    @ParameterizedTest
    @EnumSource(PostImages.class)
    void whatCannotBeReplicatedIsAWarningAndTheRestStarts(PostImages mode) throws Exception {
        try (MongoTestDatabase database = MongoServer.shared().createDatabase()) {
            database.run(new Document("create", "todo_plain")
                    .append("changeStreamPreAndPostImages", new Document("enabled", true)));
            database.run(new Document("create", "todo_view").append("viewOn", "todo_plain"));
            database.run(new Document("create", "todo_series").append("timeseries", new Document("timeField", "at")));
            database.run(new Document("create", "todo_capped")
                    .append("capped", true)
                    .append("size", 100_000)
                    .append("changeStreamPreAndPostImages", new Document("enabled", mode == PostImages.READ_ONLY)));
            database.collection("todo_plain").insertOne(todo("plain"));
            database.collection("todo_capped").insertOne(todo("capped"));
            MongoSettings settings = MongoSettings.of("shop", database.uri(), database.name(), mode);
            try (MongoReplica replica =
                    new MongoReplica(folder, settings, "SELECT _id AS id, n FROM \"todo_%\" AS todos").start()) {
                assertThat(replica.rows()).hasSize(mode == PostImages.OFF ? 1 : 2);
                for (String collection : List.of("todo_plain", "todo_capped")) {
                    database.collection(collection)
                            .updateMany(
                                    new BsonDocument(),
                                    new BsonDocument("$inc", new BsonDocument("n", new BsonInt32(1))));
                }

                assertThat(replica.rows()).allMatch(row -> row.contains("\"n\":2"));
            }
            try (MongoDatabase source = new MongoDatabase(settings, "storage1")) {
                List<Finding> findings = source.check(new Everything(database.name()));

                assertThat(findings).allMatch(finding -> finding.severity() == Severity.WARNING);
                assertThat(findings)
                        .filteredOn(finding -> finding.code() == ErrorCode.MONGODB_COLLECTION_KIND)
                        .hasSize(mode == PostImages.OFF ? 3 : 2);
            }
        }
    }

    @Test
    void programsThatSpeakTheProtocolAreRecognised() {
        BsonDocument hello =
                new BsonDocument("setName", new BsonString("rs0")).append("operationTime", new BsonTimestamp(1, 1));
        BsonDocument mongo =
                new BsonDocument("version", new BsonString("7.0.2")).append("storageEngines", new BsonArray());

        assertThat(ServerKind.obstacle(hello, mongo)).isEmpty();
        assertThat(code(hello, mongo.clone().append("version", new BsonString("5.0.31"))))
                .isEqualTo(ErrorCode.MONGODB_VERSION);
        assertThat(code(hello, mongo.clone().append("ferretdbVersion", new BsonString("v1"))))
                .isEqualTo(ErrorCode.MONGODB_OTHER_SERVER);
        assertThat(code(new BsonDocument("setName", new BsonString("rs0")), mongo))
                .as("DocumentDB tells no operation time")
                .isEqualTo(ErrorCode.MONGODB_OTHER_SERVER);
        assertThat(code(new BsonDocument(), mongo)).isEqualTo(ErrorCode.MONGODB_STANDALONE);
    }

    private static ErrorCode code(BsonDocument hello, BsonDocument buildInfo) {
        return ServerKind.obstacle(hello, buildInfo).orElseThrow().code();
    }

    private static BsonDocument todo(String id) {
        return new BsonDocument("_id", new BsonString(id)).append("n", new BsonInt64(1));
    }
}
