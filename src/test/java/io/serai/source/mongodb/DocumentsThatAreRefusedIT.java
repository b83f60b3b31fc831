package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.source.SourceStatus.DivertedRow;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import java.nio.file.Path;
import java.util.List;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Documents that no row can hold cost one row each: they are listed with their key, what they were leaves, and nothing stops. */
class DocumentsThatAreRefusedIT {
    private static final int LARGEST_ROW = 15 << 20;

    @TempDir
    Path folder;

    private MongoTestDatabase database;

    @BeforeEach
    void create() {
        database = MongoServer.shared().createDatabase();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = PostImages.class,
            names = {"OFF", "AUTO_CONFIGURE"})
    void areListedWithTheirKeysAndTheRestGoesOn(PostImages mode) throws Exception {
        database.collection("todos").insertOne(todo("deep").append("d", nested(22)));
        database.collection("todos").insertOne(todo("late").append("d", new BsonDateTime(8_640_000_000_000_001L)));
        database.collection("todos").insertOne(todo("fine").append("d", nested(21)));
        try (MongoReplica replica = replica(mode).start()) {
            assertThat(replica.rows()).containsExactly("{\"id\":\"fine\",\"title\":\"fine\"}");
            database.collection("todos").insertOne(todo("next"));
            set("fine", nested(22));
            set("late", new BsonDateTime(8_640_000_000_000_000L));

            assertThat(replica.rows())
                    .containsExactly("{\"id\":\"late\",\"title\":\"late\"}", "{\"id\":\"next\",\"title\":\"next\"}");
            assertThat(replica.refused())
                    .extracting(DivertedRow::key)
                    .containsExactlyInAnyOrder(List.of("\"deep\""), List.of("\"fine\""));
            assertThat(replica.refused())
                    .extracting(DivertedRow::reason)
                    .containsOnly("The document is nested deeper than 21 levels");
        }
    }

    @Test
    void documentsOfSixteenMegabytesComeThroughAndAreRefused() throws Exception {
        database.collection("todos").insertOne(todo("copied").append("body", text((16 << 20) - 200)));
        database.collection("todos").insertOne(todo("changed"));
        try (MongoReplica replica = replica(PostImages.AUTO_CONFIGURE).start()) {
            assertThat(replica.rows()).containsExactly("{\"id\":\"changed\",\"title\":\"changed\"}");

            database.collection("todos").insertOne(todo("streamed").append("body", text((16 << 20) - 200)));
            database.collection("todos").insertOne(todo("large").append("body", text(LARGEST_ROW - 200)));
            set("changed", text((16 << 20) - 200)); // with its image an event of more than 16 MB
            database.collection("todos").insertOne(todo("last"));

            assertThat(replica.rows())
                    .containsExactly("{\"id\":\"large\",\"title\":\"large\"}", "{\"id\":\"last\",\"title\":\"last\"}");
            assertThat(replica.refused())
                    .extracting(DivertedRow::key)
                    .containsExactlyInAnyOrder(List.of("\"copied\""), List.of("\"streamed\""), List.of("\"changed\""));
        }
    }

    private MongoReplica replica(PostImages mode) {
        return new MongoReplica(
                folder,
                MongoSettings.of("shop", database.uri(), database.name(), mode),
                "SELECT _id AS id, title FROM todos");
    }

    private void set(String id, org.bson.BsonValue value) {
        database.collection("todos")
                .updateOne(
                        new BsonDocument("_id", new BsonString(id)),
                        new BsonDocument("$set", new BsonDocument("d", value)));
    }

    private static BsonDocument todo(String id) {
        return new BsonDocument("_id", new BsonString(id)).append("title", new BsonString(id));
    }

    private static BsonDocument nested(int levels) {
        BsonDocument innermost = new BsonDocument("x", new BsonInt32(1));
        for (int level = 1; level < levels; level++) {
            innermost = new BsonDocument("x", innermost);
        }
        return innermost;
    }

    private static BsonString text(int length) {
        return new BsonString("a".repeat(length));
    }
}
