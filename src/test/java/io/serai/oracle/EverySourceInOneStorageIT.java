package io.serai.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.storage.BucketStorage;
import io.serai.storage.Checkpoint;
import io.serai.storage.rocksdb.RocksDbStorage;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import io.serai.testsupport.MysqlServer;
import io.serai.testsupport.MysqlTestDatabase;
import io.serai.testsupport.PostgresServer;
import io.serai.testsupport.SeraiProcess;
import io.serai.testsupport.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Postgres, a MySQL and a MongoDB into one storage, also into one bucket: one checkpoint shows all, and what is taken down leaves the others. */
class EverySourceInOneStorageIT {
    private static final String SYNC_CONFIG = """
            bucket_definitions:
              everything:
                data:
                  - SELECT id, title FROM sql.todos
                  - SELECT id, title FROM shop.orders
                  - SELECT _id AS id, title FROM documents.notes
            """;

    @TempDir
    Path folder;

    @Test
    void areInOneCheckpoint() throws Exception {
        try (TestDatabase sql = PostgresServer.shared().createDatabase();
                MysqlTestDatabase shop = MysqlServer.shared().createDatabase();
                MongoTestDatabase documents = MongoServer.shared().createDatabase()) {
            sql.execute(
                    "CREATE TABLE todos (id text PRIMARY KEY, title text)",
                    "CREATE PUBLICATION powersync FOR ALL TABLES",
                    "INSERT INTO todos VALUES ('t1', 'copied')");
            shop.execute(
                    "CREATE TABLE orders (id varchar(20) PRIMARY KEY, title text)",
                    "INSERT INTO orders VALUES ('o1', 'copied')");
            documents.collection("notes").insertOne(note("n1", "copied"));
            Path config = SeraiProcess.configure(
                    folder,
                    0,
                    """
                    - type: postgresql
                      id: sql
                      tag: sql
                      uri: %s
                      sslmode: disable
                    - type: mongodb
                      id: documents
                      tag: documents
                      uri: "%s"
                    %s  tag: shop
                    """.formatted(sql.uri(), documents.uri(), shop.connectionYaml("shop")),
                    SYNC_CONFIG
                            .replace("sql.todos", "\"sql.public\".todos")
                            .replace("shop.orders", "\"shop." + shop.name() + "\".orders")
                            .replace("documents.notes", "\"documents." + documents.name() + "\".notes"));
            assertThat(SeraiProcess.command(config, "setup"))
                    .contains(
                            "-- source sql\n",
                            "CREATE PUBLICATION",
                            "-- source shop\n",
                            "GRANT SELECT",
                            "// source documents\n",
                            "db.createRole(");
            assertThat(SeraiProcess.command(config, "check"))
                    .contains("source sql (primary, Postgres", "source shop (", "source documents (replica set");
            try (SeraiProcess serai = SeraiProcess.run(config)) {
                SeraiProcess.command(config, "status", "--wait", "60");
                sql.execute("UPDATE todos SET title = 'streamed'");
                shop.execute("UPDATE orders SET title = 'streamed'");
                documents
                        .collection("notes")
                        .updateOne(
                                new BsonDocument(),
                                new BsonDocument("$set", new BsonDocument("title", new BsonString("streamed"))));
                SeraiProcess.command(config, "status", "--wait", "60");
                assertThat(serai.terminate(Duration.ofSeconds(20))).isTrue();
            }

            assertThat(StoredBuckets.newest(folder.resolve("data")))
                    .isEqualTo(Map.of(
                            "everything[] todos t1", "{\"id\":\"t1\",\"title\":\"streamed\"}",
                            "everything[] orders o1", "{\"id\":\"o1\",\"title\":\"streamed\"}",
                            "everything[] notes n1", "{\"id\":\"n1\",\"title\":\"streamed\"}"));
            try (BucketStorage storage = RocksDbStorage.openReadOnly(folder.resolve("data"))) {
                Checkpoint checkpoint = storage.checkpoint().orElseThrow();
                assertThat(checkpoint.positions().keySet()).containsExactlyInAnyOrder("sql", "shop", "documents");
            }
            assertThat(SeraiProcess.command(config, "teardown", "--source", "documents", "--yes"))
                    .contains("collection _powersync_checkpoints was dropped");
            assertThat(documents.database().listCollectionNames()).doesNotContain("_powersync_checkpoints");
            assertThat(StoredBuckets.newest(folder.resolve("data")))
                    .containsOnlyKeys("everything[] todos t1", "everything[] orders o1");
        }
    }

    private static BsonDocument note(String id, String title) {
        return new BsonDocument("_id", new BsonString(id))
                .append("title", new BsonString(title))
                .append("n", new BsonInt32(1));
    }
}
