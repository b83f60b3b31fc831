package io.serai.source.mongodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.app.LocalMongo;
import io.serai.change.TableRef;
import io.serai.error.ErrorCode;
import io.serai.source.Finding;
import io.serai.source.TableSelection;
import io.serai.testsupport.MongoServer;
import io.serai.testsupport.MongoTestDatabase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Users with exactly the privileges of PowerSync's set-up page, for each mode, with built-in and custom roles, on one database and on two. */
class PrivilegesIT {
    private static final List<String> ON_CHECKPOINTS =
            List.of("createCollection", "dropCollection", "find", "changeStream", "insert", "update", "remove");
    private static final List<String> COLLECTIONS = List.of("lists", "todos");

    @TempDir
    Path folder;

    private MongoTestDatabase database;
    private MongoTestDatabase second;
    private String name;

    @BeforeEach
    void create() {
        database = MongoServer.shared().createDatabase();
        second = MongoServer.shared().createDatabase();
        name = "user_of_" + database.name();
    }

    @AfterEach
    void drop() {
        admin(new Document("dropUser", name));
        database.server()
                .client()
                .getDatabase("admin")
                .getCollection("system.roles")
                .find(new Document("role", name))
                .forEach(role -> admin(new Document("dropRole", name)));
        database.close();
        second.close();
    }

    @ParameterizedTest(name = "{0}, {1} roles, {2} database(s)")
    @CsvSource({
        "OFF, built-in, 1",
        "OFF, built-in, 2",
        "OFF, custom, 1",
        "OFF, custom, 2",
        "AUTO_CONFIGURE, built-in, 1",
        "AUTO_CONFIGURE, built-in, 2",
        "AUTO_CONFIGURE, custom, 1",
        "AUTO_CONFIGURE, custom, 2",
        "READ_ONLY, built-in, 1",
        "READ_ONLY, built-in, 2",
        "READ_ONLY, custom, 1",
        "READ_ONLY, custom, 2"
    })
    void theUserOfThePageReplicates(PostImages mode, String roles, int databases) throws Exception {
        fill(database, mode);
        fill(second, mode);
        List<String> queries = queries(databases);
        if (roles.equals("custom")) {
            createUser(custom(mode, databases), List.of());
        } else {
            createUser(
                    Stream.of(privilege(database.name(), Catalog.CHECKPOINTS, ON_CHECKPOINTS))
                            .toList(),
                    builtIn(mode, databases));
        }
        try (MongoReplica replica = new MongoReplica(folder, settings(mode), queries.toArray(String[]::new)).start()) {
            assertThat(replica.rows()).hasSize(2 * databases);

            change(database);
            change(second);
            assertThat(replica.rows())
                    .hasSize(4 * databases)
                    .filteredOn(row -> row.contains("changed"))
                    .hasSize(2 * databases);
        }
    }

    @Test
    void aWildcardWithTheCustomRoleFindsCollectionsThatAppear() throws Exception {
        fill(database, PostImages.OFF);
        List<Document> privileges = new ArrayList<>(custom(PostImages.OFF, 1));
        privileges.add(privilege(database.name(), "todos2", List.of("find")));
        createUser(privileges, List.of());
        try (MongoReplica replica = new MongoReplica(
                        folder, settings(PostImages.OFF), "SELECT _id AS id, title FROM \"todo%\" AS todos")
                .start()) {
            assertThat(replica.rows()).hasSize(1);

            database.collection("todos2").insertOne(row("appeared"));
            database.collection("todos").insertOne(row("beside"));

            assertThat(replica.rows()).hasSize(3);
        }
    }

    static Stream<Arguments> each() {
        List<Arguments> each = new ArrayList<>();
        each.add(Arguments.of("listCollections", ""));
        each.add(Arguments.of("changeStream", ""));
        ON_CHECKPOINTS.stream()
                .filter(action -> !action.equals("changeStream")) // the database's covers it
                .forEach(action -> each.add(Arguments.of(action, Catalog.CHECKPOINTS)));
        COLLECTIONS.forEach(collection -> {
            each.add(Arguments.of("find", collection));
            each.add(Arguments.of("collMod", collection));
        });
        return each.stream();
    }

    @ParameterizedTest(name = "{0} on \"{1}\"")
    @MethodSource("each")
    void aPrivilegeThatIsMissingIsNamedByTheCheck(String action, String collection) throws Exception {
        fill(database, PostImages.AUTO_CONFIGURE);
        List<Document> left = new ArrayList<>();
        for (Document privilege : custom(PostImages.AUTO_CONFIGURE, 1)) {
            List<String> actions = new ArrayList<>(privilege.getList("actions", String.class));
            if (privilege
                    .get("resource", Document.class)
                    .getString("collection")
                    .equals(collection)) {
                actions.remove(action);
            }
            if (!actions.isEmpty()) {
                left.add(new Document(privilege).append("actions", actions));
            }
        }
        createUser(left, List.of());

        List<Finding> findings;
        try (MongoDatabase source = new MongoDatabase(settings(PostImages.AUTO_CONFIGURE), "storage1")) {
            findings = source.check(selection());
        }

        assertThat(findings)
                .filteredOn(finding -> finding.code() == ErrorCode.MONGODB_PRIVILEGE)
                .isNotEmpty()
                .allSatisfy(finding -> {
                    assertThat(finding.found()).contains(action);
                    assertThat(finding.fix()).contains("grantPrivilegesToRole").contains("\"" + action + "\"");
                });
    }

    private TableSelection selection() {
        return new TableSelection() {
            @Override
            public boolean isWanted(TableRef table) {
                return COLLECTIONS.contains(table.name());
            }

            @Override
            public Optional<Set<String>> schemas() {
                return Optional.of(Set.of(database.name()));
            }

            @Override
            public List<TableRef> named() {
                return List.of();
            }
        };
    }

    private List<String> queries(int databases) {
        List<String> queries = new ArrayList<>();
        for (String collection : COLLECTIONS) {
            queries.add("SELECT _id AS id, title, '1' AS db FROM " + collection);
            if (databases == 2) {
                queries.add("SELECT _id AS id, title, '2' AS db FROM \"" + second.name() + "\".\"" + collection
                        + "\" AS second_" + collection);
            }
        }
        return queries;
    }

    private MongoSettings settings(PostImages mode) {
        return MongoSettings.of(
                "shop", database.server().uri(database.name(), name, LocalMongo.PASSWORD), database.name(), mode);
    }

    private List<Document> custom(PostImages mode, int databases) {
        List<Document> privileges = new ArrayList<>();
        privileges.add(privilege(databases == 1 ? database.name() : "", "", List.of("changeStream")));
        for (MongoTestDatabase each : databases == 1 ? List.of(database) : List.of(database, second)) {
            privileges.add(privilege(each.name(), "", List.of("listCollections")));
            for (String collection : COLLECTIONS) {
                List<String> actions = mode == PostImages.AUTO_CONFIGURE ? List.of("find", "collMod") : List.of("find");
                privileges.add(privilege(each.name(), collection, actions));
            }
        }
        privileges.add(privilege(database.name(), Catalog.CHECKPOINTS, ON_CHECKPOINTS));
        return privileges;
    }

    private List<Document> builtIn(PostImages mode, int databases) {
        List<Document> roles = new ArrayList<>();
        roles.add(role("read", database.name()));
        if (databases == 2) {
            roles.add(role("readAnyDatabase", "admin"));
        }
        if (mode == PostImages.AUTO_CONFIGURE) {
            roles.add(role("dbAdmin", database.name()));
            if (databases == 2) {
                roles.add(role("dbAdmin", second.name()));
            }
        }
        return roles;
    }

    private void createUser(List<Document> privileges, List<Document> roles) {
        admin(new Document("createRole", name).append("privileges", privileges).append("roles", roles));
        admin(new Document("createUser", name)
                .append("pwd", LocalMongo.PASSWORD)
                .append("roles", List.of(name)));
    }

    private void admin(Document command) {
        database.server().admin(command);
    }

    private static Document privilege(String database, String collection, List<String> actions) {
        return new Document("resource", new Document("db", database).append("collection", collection))
                .append("actions", actions);
    }

    private static Document role(String role, String database) {
        return new Document("role", role).append("db", database);
    }

    private static void fill(MongoTestDatabase database, PostImages mode) {
        for (String collection : COLLECTIONS) {
            database.database()
                    .runCommand(new Document("create", collection)
                            .append(
                                    "changeStreamPreAndPostImages",
                                    new Document("enabled", mode == PostImages.READ_ONLY)));
            database.collection(collection).insertOne(row("first"));
        }
    }

    private static void change(MongoTestDatabase database) {
        for (String collection : COLLECTIONS) {
            database.collection(collection).insertOne(row("second"));
            database.collection(collection)
                    .updateOne(
                            new BsonDocument("_id", new BsonString("first")),
                            new BsonDocument("$set", new BsonDocument("title", new BsonString("changed"))));
        }
    }

    private static BsonDocument row(String id) {
        return new BsonDocument("_id", new BsonString(id))
                .append("title", new BsonString(id))
                .append("n", new BsonInt32(1));
    }
}
