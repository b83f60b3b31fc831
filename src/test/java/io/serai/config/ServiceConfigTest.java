package io.serai.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.config.PostgresConnection.SslMode;
import io.serai.error.ErrorCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceConfigTest {
    private static final Path FILE = Path.of("/etc/serai/config/service.yaml");
    private static final String MINIMAL = """
        replication:
          connections:
            - type: postgresql
              uri: postgresql://role:p%40ss@db.internal:5433/shop
        sync_config:
          path: sync-config.yaml
        """;

    @Nested
    class AFileWithOnlyWhatIsNeeded {
        private final ServiceConfig config = accepted(MINIMAL);

        @Test
        void keepsItsBucketsInTheFolderDataBesideIt() {
            assertThat(config.storage().path()).isEqualTo(Path.of("/etc/serai/config/data"));
        }

        @Test
        void takesPathsAsRelativeToItself() {
            assertThat(config.syncConfig())
                    .isEqualTo(new SyncConfigSource.File(Path.of("/etc/serai/config/sync-config.yaml")));
        }

        @Test
        void servesPort8080AndLogsTextFromInfoOn() {
            assertThat(config.port()).isEqualTo(8080);
            assertThat(config.logging()).isEqualTo(LoggingConfig.DEFAULT);
        }

        @Test
        void namesItsConnectionDefault() {
            PostgresConnection connection = postgres(config);

            assertThat(connection.id()).isEqualTo("default");
            assertThat(connection.tag()).isEqualTo("default");
            assertThat(connection.route()).isEqualTo("postgresql");
        }

        @Test
        void verifiesTheServerFully() {
            assertThat(postgres(config).sslmode()).isEqualTo(SslMode.VERIFY_FULL);
        }

        @Test
        void takesTheConnectionFromTheUri() {
            PostgresConnection connection = postgres(config);

            assertThat(connection.hostname()).isEqualTo("db.internal");
            assertThat(connection.port()).isEqualTo(5433);
            assertThat(connection.database()).isEqualTo("shop");
            assertThat(connection.username()).isEqualTo("role");
            assertThat(connection.password()).isEqualTo("p@ss");
            assertThat(connection.slotNamePrefix()).isEqualTo("serai_");
            assertThat(connection.failoverSlot()).isFalse();
            assertThat(connection.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
        }

        @Test
        void hasNothingToSay() {
            assertThat(parse(MINIMAL).issues()).isEmpty();
        }
    }

    @Test
    void keysOfAConnectionWinOverItsUri() {
        PostgresConnection connection = postgres(accepted("""
            replication:
              connections:
                - type: postgresql
                  id: shop
                  tag: shops
                  route: masked
                  uri: postgresql://role:secret@db.internal/shop?sslmode=disable&connect_timeout=3
                  hostname: other.internal
                  port: 6000
                  database: sales
                  username: reader
                  password: 12345
                  sslmode: verify-ca
                  cacert: pem
                  client_certificate: pem
                  client_private_key: pem
                  tls_servername: db
                  slot_name_prefix: shop_
                  failover_slot: true
                  on_lost_history: wait
                  connect_timeout: 7
            sync_config: {content: "bucket_definitions: {}"}
            """));

        assertThat(connection)
                .isEqualTo(new PostgresConnection(
                        "shop",
                        "shops",
                        "masked",
                        "other.internal",
                        6000,
                        "sales",
                        "reader",
                        "12345",
                        SslMode.VERIFY_CA,
                        Optional.of("pem"),
                        Optional.of(new ClientCertificate("pem", "pem")),
                        Optional.of("db"),
                        "shop_",
                        true,
                        LostHistory.WAIT,
                        Duration.ofSeconds(7)));
    }

    @ParameterizedTest
    @CsvSource({
        "postgres://u:a:b/c@h/d,          u, a:b/c, h,   d",
        "postgresql://u:p@ss@[::1]:1/d,   u, p@ss,  ::1, d",
        "postgresql://u:a%2Fb+c@h:5432/d, u, a/b+c, h,   d",
    })
    void aUriMayHoldAwkwardNames(String uri, String user, String password, String host, String database) {
        PostgresConnection connection = postgres(accepted(MINIMAL.replaceAll("postgresql://.*", uri)));

        assertThat(connection.username()).isEqualTo(user);
        assertThat(connection.password()).isEqualTo(password);
        assertThat(connection.hostname()).isEqualTo(host);
        assertThat(connection.database()).isEqualTo(database);
    }

    @Test
    void everyFaultIsToldAtOnceWithItsPlace() {
        List<Issue> issues = parse("""
            replication:
              connections:
                - type: postgresql
                  hostnme: db.internal
                  port: 70000
                  database: shop
                  username: role
                  sslmode: require
            storage: {type: mongodb, uri: mongodb://mongo/powersync}
            port: abc
            sync_confg: {path: x}
            """).issues().stream().filter(Issue::isError).toList();

        assertThat(issues)
                .extracting(issue -> issue.line() + ":" + issue.column() + " " + issue.message())
                .containsExactly(
                        "1:1 the file has no sync_config; write \"sync_config: {path: sync-config.yaml}\"",
                        "3:7 replication.connections[0].hostname is missing; write for example \"hostname:"
                                + " db.example.com\"",
                        "4:7 unknown key \"hostnme\" in replication.connections[0]; did you mean \"hostname\"?",
                        "5:13 replication.connections[0].port is \"70000\", needed is a whole number from 1 to 65535",
                        "8:16 replication.connections[0].sslmode is \"require\", needed is verify-full, verify-ca,"
                                + " disable",
                        "9:17 storage.type is \"mongodb\", which this version does not have; write \"storage: {type:"
                                + " rocksdb, path: data}\"",
                        "10:7 port is \"abc\", needed is a whole number from 0 to 65535",
                        "11:1 unknown key \"sync_confg\"; did you mean \"sync_config\"?");
    }

    @Test
    void twoConnectionsWithOneIdAreAnError() {
        assertThat(errors(MINIMAL.replace(
                        "sync_config:", "    - {type: postgresql, uri: 'postgresql://a:b@h/d'}\nsync_config:")))
                .containsExactly(
                        "replication.connections[1].id is \"default\" a second time; each connection needs one of its"
                                + " own");
    }

    @Test
    void anIdThatRoutesUseForSomethingElseIsAnError() {
        assertThat(errors(MINIMAL.replace("type: postgresql", "type: postgresql\n      id: main")))
                .containsExactly("replication.connections[0].id is \"main\", which routes use for something else;"
                        + " choose another");
    }

    @Test
    void aTypeThatIsNotReplicatedIsAnErrorAndItsOtherKeysAreNot() {
        assertThat(errors(MINIMAL.replace("type: postgresql", "type: mssql\n      server_id: 7")))
                .containsExactly("replication.connections[0].type is \"mssql\", which this version does not replicate;"
                        + " needed is postgresql, mongodb or mysql");
    }

    @Test
    void aMysqlConnectionHasItsDefaults() {
        String text = MINIMAL.replace("postgresql://role:p%40ss@db.internal:5433/shop", "mysql://repl:p%40ss@db/shop");

        assertThat(accepted(text.replace("type: postgresql", "type: mysql")).connections())
                .containsExactly(new MysqlConnection(
                        "default",
                        "default",
                        "mysql",
                        "db",
                        3306,
                        "shop",
                        "repl",
                        "p@ss",
                        MysqlConnection.SslMode.DISABLE,
                        Optional.empty(),
                        Optional.empty(),
                        0,
                        LostHistory.RESNAPSHOT,
                        Duration.ofSeconds(10)));
    }

    @Test
    void aMysqlConnectionIsEncryptedWhereItShowsACertificate() {
        String text = MINIMAL.replaceAll("postgresql://.*", "mysql://repl:p@db/shop")
                .replace(
                        "type: postgresql",
                        "type: mysql\n      client_certificate: chain\n      client_private_key: secret");
        MysqlConnection connection =
                (MysqlConnection) accepted(text).connections().getFirst();

        assertThat(connection.sslmode()).isEqualTo(MysqlConnection.SslMode.VERIFY_FULL);
        assertThat(connection.client()).contains(new ClientCertificate("chain", "secret"));
        assertThat(connection.client().toString()).doesNotContain("secret");
        assertThat(errors(text.replace("type: mysql", "type: mysql\n      sslmode: disable")))
                .containsExactly("replication.connections[0].sslmode is \"disable\", but only encrypted connections"
                        + " show a client certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mysql", "postgresql"})
    void aPercentSignInAUriMustBeginACode(String type) {
        String text = MINIMAL.replaceAll("postgresql://.*", type + "://repl:100%sure@db/shop")
                .replace("type: postgresql", "type: " + type);

        assertThat(errors(text))
                .containsExactly("replication.connections[0].uri has a % that is not followed by two hexadecimal"
                        + " digits; write %25 for it");
    }

    @Test
    void badValuesOfAMysqlConnectionAreNamed() {
        assertThat(errors(MINIMAL.replace(
                        "type: postgresql",
                        "type: mysql\n      sslmode: verify-ca\n      server_id: 0\n      client_certificate: x")))
                .containsExactlyInAnyOrder(
                        "replication.connections[0].uri must be mysql://user:password@host:3306/database, special"
                                + " characters as %XX",
                        "replication.connections[0].sslmode is \"verify-ca\", which needs \"cacert\"",
                        "replication.connections[0].client_certificate needs \"client_private_key\" beside it",
                        "replication.connections[0].server_id is \"0\", needed is a whole number from 1 to 2147483647");
    }

    @Test
    void theOlderNameOfTheSyncConfigIsUnderstood() {
        assertThat(accepted(MINIMAL.replace("sync_config", "sync_rules")).syncConfig())
                .isInstanceOf(SyncConfigSource.File.class);
    }

    @Test
    void aKeyWrittenTwiceIsAnError() {
        assertThat(errors(MINIMAL + "port: 1\nport: 2\n")).containsExactly("port is written twice");
    }

    @Test
    void whatIsNotYamlIsAnErrorWithItsPlace() {
        Issue issue = parse("replication:\n  - [\n").issues().getFirst();

        assertThat(issue.line()).isEqualTo(3);
        assertThat(issue.message()).startsWith("not YAML: ");
    }

    @Test
    void anEmptyFileIsAnError() {
        assertThat(errors("# nothing\n")).containsExactly("the file is empty");
    }

    @Test
    void mayHoldACharacterOfTwoUnitsAnywhere() {
        for (int before = 1000; before < 1050; before++) {
            assertThat(errors("#" + ".".repeat(before) + "\ud83d\ude00\n" + MINIMAL))
                    .isEmpty();
        }
    }

    @Test
    void isNotYamlWithAnEscapeThatNamesNoCharacter() {
        assertThat(errors(MINIMAL + "port: \"\\UFFFFFFFF\"\n"))
                .containsExactly("not YAML: an escape names no character");
        assertThat(errors(MINIMAL + "port: \"\\x")).containsExactly("not YAML: an escape names no character");
    }

    @Test
    void keysOfPowerSyncsServiceAreAcceptedAndThoseWithoutEffectAreWarnings() {
        ServiceConfig.Parsed parsed =
                parse(MINIMAL.replace("sync_config:", "      max_pool_size: 8\nsync_config:") + """
                    _type: self-hosted
                    telemetry: {disable_telemetry_sharing: true, prometheus_port: 9090}
                    migrations: {disable_auto_migration: true}
                    healthcheck: {probes: {use_http: true}}
                    api: {tokens: [secret], parameters: {max_concurrent_connections: 200}}
                    system: {logging: {level: debug, format: json}}
                    client_auth:
                      supabase: false
                      jwks_uri: https://example.com/keys
                      jwks: {keys: [{kty: oct, alg: HS256, kid: dev, k: secret}]}
                      audience: [powersync]
                    """);

        assertThat(parsed.config()).isPresent();
        assertThat(parsed.issues()).extracting(Issue::severity).containsOnly(Issue.Severity.WARNING);
        assertThat(parsed.issues())
                .extracting(Issue::message)
                .containsExactly(
                        "replication.connections[0].max_pool_size has no effect here: connections are opened as they"
                                + " are needed",
                        "telemetry.prometheus_port has no effect here: metrics are served on the API port",
                        "migrations has no effect here: a storage of another version is never changed by itself",
                        "healthcheck has no effect here: probes are always served on the API port",
                        "api.tokens has no effect here: this version has no admin API",
                        "api.parameters.max_concurrent_connections has no effect here: clients share no queue, and the"
                                + " machine's limits are the only ones");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1000, 1000, 200",
        "'api: {parameters: {max_buckets_per_connection: 50}}', 50, 1000, 200",
        "'api: {parameters: {max_parameter_query_results: 60, max_connections_per_user: 7}}', 1000, 60, 7"
    })
    void limitsWhatOneClientMayAsk(String api, int buckets, int results, int connections) {
        ServiceConfig config = parse(MINIMAL + api + "\n").config().orElseThrow();

        assertThat(config.api()).isEqualTo(new ApiConfig(buckets, results, connections, Optional.empty()));
    }

    @Test
    void namesTheFilesOfACertificateFromItsOwnFolder() {
        String tls = "api: {tls: {certificate_file: tls/server.crt, private_key_file: /etc/server.key}}\n";

        ServiceConfig config = parse(MINIMAL + tls).config().orElseThrow();

        assertThat(config.api().tls())
                .contains(new ApiConfig.Tls(
                        FILE.toAbsolutePath().resolveSibling("tls/server.crt"), Path.of("/etc/server.key")));
    }

    @Test
    void needsBothFilesOfACertificate() {
        assertThat(parse(MINIMAL + "api: {tls: {certificate_file: tls/server.crt}}\n")
                        .issues())
                .singleElement()
                .satisfies(issue -> assertThat(issue.message()).contains("api.tls.private_key_file is missing"));
    }

    @Nested
    class AValueFromTheEnvironment {
        private final Environment environment =
                new Environment(Map.of("PS_URI", "postgresql://u:hidden@h/d", "PS_PORT", "9000", "PS_BAD", "hidden"));

        @Test
        void takesThePlaceOfTheTag() {
            String text = MINIMAL.replaceAll("uri: .*", "uri: !env PS_URI") + "port: !env PS_PORT::number\n";

            ServiceConfig config =
                    ServiceConfig.parse(FILE, text, environment).config().orElseThrow();

            assertThat(postgres(config).password()).isEqualTo("hidden");
            assertThat(config.port()).isEqualTo(9000);
        }

        @Test
        void isAnErrorWithACodeOfItsOwnWhenItIsNotSet() {
            Issue issue = ServiceConfig.parse(FILE, MINIMAL + "port: !env PS_NONE\n", environment)
                    .issues()
                    .getFirst();

            assertThat(issue.code()).isEqualTo(ErrorCode.CONFIG_ENVIRONMENT);
            assertThat(issue.message()).isEqualTo("environment variable \"PS_NONE\" is not set");
        }

        @Test
        void isNeverQuoted() {
            ServiceConfig.Parsed parsed = ServiceConfig.parse(
                    FILE, MINIMAL.replaceAll("uri: .*", "uri: !env PS_BAD") + "port: !env PS_BAD\n", environment);

            assertThat(parsed.config()).isEmpty();
            assertThat(parsed.issues()).hasSizeGreaterThan(1);
            assertThat(parsed.toString()).doesNotContain("hidden");
        }
    }

    @Test
    void noSecretIsInTheTextOfAConfig() {
        ServiceConfig config = accepted(
                MINIMAL + "client_auth: {supabase: true, supabase_jwt_secret: s3cret-of-at-least-32-characters,"
                        + " jwks: {keys: [{kty: oct, k: k3y}]}}\n");

        assertThat(config.toString()).doesNotContain("p@ss", "p%40ss", "s3cret", "k3y");
    }

    private static ServiceConfig.Parsed parse(String text) {
        return ServiceConfig.parse(FILE, text, new Environment(Map.of()));
    }

    private static ServiceConfig accepted(String text) {
        ServiceConfig.Parsed parsed = parse(text);
        assertThat(parsed.issues()).noneMatch(Issue::isError);
        return parsed.config().orElseThrow();
    }

    private static List<String> errors(String text) {
        return parse(text).issues().stream()
                .filter(Issue::isError)
                .map(Issue::message)
                .toList();
    }

    private static PostgresConnection postgres(ServiceConfig config) {
        return (PostgresConnection) config.connections().getFirst();
    }
}
