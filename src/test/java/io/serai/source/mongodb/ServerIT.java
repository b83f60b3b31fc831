package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoSocketReadTimeoutException;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.junit.jupiter.api.Test;

/** An answer that takes longer than a silent server is waited for, as when the server reads millions of entries of its log for it. */
class ServerIT {
    private static final BsonDocument THREE_SECONDS = new BsonDocument("find", new BsonString("todos"))
            .append("filter", new BsonDocument("$where", new BsonString("sleep(3000) || true")));

    @Test
    void anAnswerThatTakesLongComesAtLast() throws Exception {
        try (MongoTestDatabase database = MongoServer.shared().createDatabase();
                Server server =
                        new Server(MongoSettings.of("shop", database.uri(), database.name(), PostImages.OFF), 1)) {
            database.collection("todos").insertOne(new BsonDocument("_id", new BsonInt32(1)));

            for (int seconds = 1; seconds < 3; seconds *= 2) {
                assertThatThrownBy(() -> server.run(database.name(), THREE_SECONDS))
                        .isInstanceOf(MongoSocketReadTimeoutException.class);
                assertThat(server.isGone()).isTrue();
                server.renew();
            }
            assertThat(server.run(database.name(), THREE_SECONDS).document()).containsKey("cursor");
            assertThat(server.isGone()).isFalse();

            server.caughtUp();
            server.renew();
            server.caughtUp();
            for (int i = 0; i < 3; i++) { // silence is what it seems again
                assertThatThrownBy(() -> server.run(database.name(), THREE_SECONDS))
                        .isInstanceOf(MongoSocketReadTimeoutException.class);
            }
        }
    }
}
