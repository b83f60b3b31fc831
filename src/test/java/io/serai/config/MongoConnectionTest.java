package io.serai.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.config.MongoConnection.PostImages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MongoConnectionTest {
    @Test
    void takesTheDatabaseFromTheUriAndDefaultsForTheRest() {
        MongoConnection connection = accepted("uri: mongodb://me:p%40ss@a:1,b:2/sh%20op?replicaSet=rs0");

        assertThat(connection.database()).isEqualTo("sh op");
        assertThat(connection.route()).isEqualTo("mongodb");
        assertThat(connection.postImages()).isEqualTo(PostImages.AUTO_CONFIGURE);
        assertThat(connection.onLostHistory()).isEqualTo(LostHistory.RESNAPSHOT);
        assertThat(connection.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(connection.toString()).contains("a:1,b:2").doesNotContain("p%40ss");
    }

    @ParameterizedTest
    @CsvSource({"off, OFF", "auto_configure, AUTO_CONFIGURE", "read_only, READ_ONLY"})
    void takesTheModesOfPostImagesByTheirNames(String name, PostImages mode) {
        assertThat(accepted("uri: mongodb://a/shop\n      post_images: " + name).postImages())
                .isEqualTo(mode);
    }

    @Test
    void keysWinOverTheUri() {
        MongoConnection connection = accepted(
                "uri: mongodb+srv://a.example/shop\n      database: other\n      username: me\n      password: secret");

        assertThat(connection.database()).isEqualTo("other");
        assertThat(connection.username()).isEqualTo("me");
        assertThat(connection.password()).isEqualTo("secret");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "uri: postgresql://a/b | must be mongodb://",
                "uri: mongodb://a | has no database",
                "uri: mongodb://a/50%off | has a % that is not followed by two hexadecimal digits",
                "'uri: \"\"' | must be mongodb://",
                "uri: !env EMPTY | must be mongodb://",
                "database: shop | replication.connections[0].uri is missing",
                "'uri: mongodb://a/b\n      post_images: sometimes' | off, auto_configure, read_only",
                "'uri: mongodb://a/b\n      password: x' | needs \"username\" beside it",
                "'uri: mongodb://a/b\n      sslmode: disable' | sslmode"
            })
    void saysWhatIsWrong(String keys, String message) {
        List<Issue> issues = parse(keys).issues();

        assertThat(issues).extracting(Issue::message).anyMatch(text -> text.contains(message));
        assertThat(parse(keys).config()).isEmpty();
    }

    private static MongoConnection accepted(String keys) {
        ServiceConfig.Parsed parsed = parse(keys);
        assertThat(parsed.issues()).isEmpty();
        return (MongoConnection) parsed.config().orElseThrow().connections().get(0);
    }

    private static ServiceConfig.Parsed parse(String keys) {
        return ServiceConfig.parse(
                Path.of("/etc/serai/service.yaml"), """
                replication:
                  connections:
                    - type: mongodb
                      %s
                sync_config: {path: sync-config.yaml}
                """.formatted(keys), new Environment(Map.of("EMPTY", "")));
    }
}
