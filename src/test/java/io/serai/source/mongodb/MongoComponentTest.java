package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.OnLostHistory;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;

class MongoComponentTest extends CamelTestSupport {
    @Test
    void takesItsDatabaseFromABean() {
        MongoSettings settings = MongoSettings.of("shop", "mongodb://u:p@db.internal/shop", "shop", PostImages.OFF);
        context.getRegistry().bind("shop", new MongoSource(settings, "stock", OnLostHistory.WAIT));

        MongoSource source = endpoint("serai-mongodb:shop").resolve();

        assertThat(source).isEqualTo(new MongoSource(settings, "stock", OnLostHistory.WAIT));
    }

    @Test
    void takesItsDatabaseFromItsOptions() {
        MongoSource source = endpoint(
                        "serai-mongodb:shop?connectionUriString=RAW(mongodb://a:1,b:2/shop?replicaSet=rs0)"
                                + "&username=u&password=RAW(p+%)&postImages=READ_ONLY&tag=stock&onLostHistory=wait")
                .resolve();

        assertThat(source.settings().where()).isEqualTo("source shop, a:1,b:2/shop");
        assertThat(source.settings().username()).isEqualTo("u");
        assertThat(source.settings().password()).isEqualTo("p+%");
        assertThat(source.settings().postImages()).isEqualTo(PostImages.READ_ONLY);
        assertThat(source.tag()).isEqualTo("stock");
        assertThat(source.onLostHistory()).isEqualTo(OnLostHistory.WAIT);
    }

    @Test
    void sharesTheClientOfCamelsOwnComponent() {
        try (MongoClient client = MongoClients.create("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1")) {
            context.getRegistry().bind("theirs", client);

            MongoSource source = endpoint("serai-mongodb:shop?connectionBean=theirs&database=shop")
                    .resolve();

            assertThat(source.settings().client()).isSameAs(client);
            assertThat(source.settings().database()).isEqualTo("shop");
            assertThat(source.settings().postImages()).isEqualTo(PostImages.AUTO_CONFIGURE);
            assertMissing("serai-mongodb:shop?connectionBean=theirs", "database");
        }
    }

    @Test
    void saysWhatIsMissing() {
        assertMissing("serai-mongodb:shop", "\"shop\"");
    }

    private void assertMissing(String uri, String named) {
        assertThatThrownBy(() -> endpoint(uri).resolve())
                .isInstanceOfSatisfying(
                        SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_BEAN_MISSING))
                .hasMessageContaining(named);
    }

    private MongoEndpoint endpoint(String uri) {
        return context.getEndpoint(uri, MongoEndpoint.class);
    }
}
