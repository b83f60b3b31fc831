package io.serai.app.demo;

import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import io.serai.app.Folders;
import io.serai.app.LocalMongo;
import io.serai.app.LocalMongo.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** The to-do application on a MongoDB of its own. */
final class MongoTodos implements DemoDatabase {
    private static final String NAME = "todos";
    private static final String USER = "powersync";
    private static final int LISTS = 30;
    private static final int TODOS = 3_000;
    private static final List<String> PEOPLE = List.of("Ada", "Grace", "Linus");
    private static final List<String> SUBJECTS = List.of("Groceries", "Garden", "Travel", "Books", "Work");
    private static final String SYNC_CONFIG = """
        bucket_definitions:
          everyone:
            data:
              - SELECT _id AS id, name FROM users

          mine:
            parameters: SELECT request.user_id() AS owner
            data:
              - SELECT _id AS id, name FROM lists WHERE owner_id = bucket.owner
              - SELECT _id AS id, list_id, title, done, created_at, completed_at FROM todos WHERE owner_id = bucket.owner
        """;

    private final LocalMongo mongo;
    private final Path folder;
    private final MongoClient client;

    private MongoTodos(LocalMongo mongo, Path folder) {
        this.mongo = mongo;
        this.folder = folder;
        this.client = MongoClients.create(mongo.uri(""));
    }

    /** Starts the server. */
    static MongoTodos start(Path program) throws IOException {
        Path folder = Files.createTempDirectory("serai-demo-mongodb-");
        return new MongoTodos(LocalMongo.start(program, folder, Shape.SINGLE, List.of()), folder);
    }

    @Override
    public void create(String password) {
        MongoDatabase database = database();
        List<Document> users = PEOPLE.stream()
                .map(name -> new Document("_id", new ObjectId()).append("name", name))
                .toList();
        List<Document> lists = new ArrayList<>();
        for (int i = 0; i < LISTS; i++) {
            lists.add(new Document("_id", new ObjectId())
                    .append("owner_id", users.get(i % users.size()).getObjectId("_id"))
                    .append("name", SUBJECTS.get(i % SUBJECTS.size()) + " " + (i + 1)));
        }
        List<Document> todos = new ArrayList<>();
        for (int i = 0; i < TODOS; i++) {
            todos.add(todo(lists.get(i % LISTS), "Task " + (i + 1)));
        }
        database.getCollection("users").insertMany(users);
        database.getCollection("lists").insertMany(lists);
        database.getCollection("todos").insertMany(todos);
        client.getDatabase("admin")
                .runCommand(new Document("createUser", USER)
                        .append("pwd", password)
                        .append("roles", List.of(role("readWrite"), role("dbAdmin"))));
    }

    @Override
    public String connection(String password) {
        return """
            type: mongodb
            uri: 'mongodb://%s/%s?replicaSet=serai&authSource=admin'
            username: %s
            password: %s
            """.formatted(mongo.hosts(), NAME, USER, password);
    }

    @Override
    public Path syncConfig(Path home, Path own) throws IOException {
        return Files.writeString(own.resolve("sync-config.yaml"), SYNC_CONFIG);
    }

    @Override
    public String shell() {
        return "mongosh '" + mongo.uri(NAME) + "'";
    }

    @Override
    public String userId() {
        return Objects.requireNonNull(database().getCollection("users").find().first())
                .getObjectId("_id")
                .toHexString();
    }

    @Override
    public User user(RandomGenerator random) {
        return new Person(client.startSession(), database(), random);
    }

    @Override
    public void close() throws IOException {
        client.close();
        mongo.close();
        Folders.delete(folder);
    }

    private MongoDatabase database() {
        return client.getDatabase(NAME).withWriteConcern(WriteConcern.MAJORITY);
    }

    private static Document role(String name) {
        return new Document("role", name).append("db", NAME);
    }

    private static Document todo(Document list, String title) {
        return new Document("_id", new ObjectId())
                .append("list_id", list.getObjectId("_id"))
                .append("owner_id", list.getObjectId("owner_id"))
                .append("title", title)
                .append("done", false)
                .append("created_at", Instant.now());
    }

    /** Uses the application in one session. */
    private record Person(ClientSession session, MongoDatabase database, RandomGenerator random) implements User {
        private static final List<String> VERBS = List.of("Call", "Buy", "Fix", "Read", "Write");
        private static final List<String> THINGS =
                List.of("the plumber", "bread", "the bicycle", "a chapter", "to Ada");

        @Override
        public void act() {
            session.withTransaction(() -> {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> add();
                    case 3, 4 -> complete();
                    case 5 -> rename();
                    case 6 -> cleanUp();
                    default -> { // somebody ticks one off and notes the next
                        complete();
                        add();
                    }
                }
                return true;
            });
        }

        private void add() {
            Document list = any("lists", new Document());
            if (list != null) {
                String title =
                        VERBS.get(random.nextInt(VERBS.size())) + " " + THINGS.get(random.nextInt(THINGS.size()));
                database.getCollection("todos").insertOne(session, todo(list, title));
            }
        }

        private void complete() {
            Document todo = any("todos", Filters.eq("done", false));
            if (todo != null) {
                database.getCollection("todos")
                        .updateOne(
                                session,
                                Filters.eq(todo.get("_id")),
                                Updates.combine(Updates.set("done", true), Updates.currentDate("completed_at")));
            }
        }

        private void rename() {
            Document list = any("lists", new Document());
            if (list != null) {
                String name = list.getString("name").replaceFirst(",.*", "") + ", "
                        + LocalTime.now(ZoneOffset.UTC).withNano(0);
                database.getCollection("lists")
                        .updateOne(session, Filters.eq(list.get("_id")), Updates.set("name", name));
            }
        }

        private void cleanUp() {
            List<Object> oldest = database.getCollection("todos")
                    .find(session, Filters.eq("done", true))
                    .sort(Sorts.ascending("completed_at"))
                    .limit(5)
                    .map(todo -> todo.get("_id"))
                    .into(new ArrayList<>());
            database.getCollection("todos").deleteMany(session, Filters.in("_id", oldest));
        }

        private @Nullable Document any(String collection, Bson filter) {
            return database.getCollection(collection)
                    .aggregate(
                            session,
                            List.of(new Document("$match", filter), new Document("$sample", new Document("size", 1))))
                    .first();
        }

        @Override
        public void close() {
            session.close();
        }
    }
}
