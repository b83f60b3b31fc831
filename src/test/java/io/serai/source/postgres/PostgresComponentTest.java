package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serai.error.ErrorCode;
import io.serai.error.SeraiException;
import io.serai.source.OnLostHistory;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PostgresComponentTest extends CamelTestSupport {
    @Nested
    class AnEndpoint {
        @Test
        void takesItsDatabaseFromABean() {
            PostgresSettings settings = PostgresSettings.of("shop", "postgresql://u:p@db.internal/shop");
            context.getRegistry().bind("shop", new PostgresSource(settings, "stock", OnLostHistory.WAIT));

            PostgresSource source = endpoint("serai-postgres:shop").resolve();

            assertThat(source.settings()).isEqualTo(settings);
            assertThat(source.tag()).isEqualTo("stock");
            assertThat(source.onLostHistory()).isEqualTo(OnLostHistory.WAIT);
        }

        @Test
        void takesItsDatabaseFromItsOptions() {
            PostgresSource source = endpoint(
                            "serai-postgres:shop?hostname=db.internal&port=5433&database=shop"
                                    + "&username=u&password=RAW(p+%)&sslmode=require&tag=stock&onLostHistory=wait&failoverSlot=true")
                    .resolve();

            assertThat(source.settings().where()).isEqualTo("source shop, db.internal:5433/shop");
            assertThat(source.settings().username()).isEqualTo("u");
            assertThat(source.settings().password()).isEqualTo("p+%");
            assertThat(source.settings().sslMode()).isEqualTo(PostgresSettings.SslMode.REQUIRE);
            assertThat(source.settings().failoverSlot()).isTrue();
            assertThat(source.tag()).isEqualTo("stock");
            assertThat(source.onLostHistory()).isEqualTo(OnLostHistory.WAIT);
        }

        @Test
        void saysWhatIsMissing() {
            assertThatThrownBy(() -> endpoint("serai-postgres:shop").resolve())
                    .isInstanceOfSatisfying(
                            SeraiException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_BEAN_MISSING))
                    .hasMessageContaining("\"shop\"");
        }

        @Test
        void refusesUnknownOptions() {
            assertThatThrownBy(() -> endpoint("serai-postgres:shop?hostnam=x"))
                    .isInstanceOf(ResolveEndpointFailedException.class)
                    .hasMessageContaining("hostnam");
        }

        private PostgresEndpoint endpoint(String uri) {
            return context.getEndpoint(uri, PostgresEndpoint.class);
        }
    }

    @Nested
    class ARoute {
        @Test
        void failsToStartWithoutAStorage() {
            context.getRegistry()
                    .bind("shop", new PostgresSource(PostgresSettings.of("shop", "postgresql://u:p@localhost/shop")));

            assertThatThrownBy(() -> start("serai-postgres:shop"))
                    .hasStackTraceContaining(ErrorCode.CONFIG_BEAN_MISSING.code())
                    .hasStackTraceContaining("No storage is bound under the name \"main\"");
        }

        @Test
        void failsToStartWithoutItsSteps() {
            assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from("serai-postgres:shop").to("serai-storage:main");
                        }
                    }))
                    .hasStackTraceContaining(ErrorCode.SOURCE_ROUTE_INCOMPLETE.code());
        }

        private void start(String uri) throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(uri).process("postImage").process("syncRules").to("serai-storage:main");
                }
            });
        }
    }
}
