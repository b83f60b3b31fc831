package io.serai.oracle;

import com.mongodb.TransactionOptions;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.WriteModel;
import io.serai.testsupport.MongoTestDatabase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * One writer's random changes of documents: single writes and multi-document transactions, inserts, updates, replaces, deletes, aborted transactions,
 * big ones, keys of every kind, numbers of equal value in several types. Changes are numbered; a transaction writes its number to the collection
 * {@code marker}, too. What each did is kept, so that the state after any of them can be told. Confined to one thread, except {@link #history()}.
 */
final class MongoWorkload {
    /**
     * What one change did: by collection and id as it is in buckets, the row that it left, or null where it left none.
     *
     * @param isMarked whether the marker has its number
     */
    record Done(long number, boolean isMarked, Map<String, Map<String, @Nullable SourceRow>> rows) {}

    static final List<String> COLLECTIONS = List.of("items", "notes", "parts");

    private static final int OWNERS = 7;

    private final MongoTestDatabase database;
    private final Random random;
    private final Map<String, TreeMap<String, SourceRow>> state = new HashMap<>();
    private final Map<String, BsonValue> ids = new HashMap<>();
    private final List<Done> history = new ArrayList<>();
    private long nextId = 1;
    private long number;

    MongoWorkload(MongoTestDatabase database, Random random) {
        this.database = database;
        this.random = random;
        COLLECTIONS.forEach(name -> state.put(name, new TreeMap<>()));
    }

    /** The sync config that {@link #rows} follows. */
    static String syncConfig() {
        StringBuilder yaml = new StringBuilder("bucket_definitions:\n");
        yaml.append("  marker:\n    data:\n      - SELECT _id AS id, tx FROM marker\n");
        yaml.append("  everything:\n    data:\n");
        COLLECTIONS.forEach(name -> yaml.append("      - SELECT _id AS id, owner, n, tx FROM ")
                .append(name)
                .append("\n"));
        yaml.append("  by_owner:\n    parameters: SELECT request.user_id() AS owner\n    data:\n");
        COLLECTIONS.forEach(name -> yaml.append("      - SELECT _id AS id, owner, n, body, tx FROM ")
                .append(name)
                .append(" WHERE owner = bucket.owner\n"));
        return yaml.toString();
    }

    /** Creates the collections with {@code rows} documents each. */
    void create(int rows, boolean withPostImages) {
        BsonDocument images = new BsonDocument("enabled", BsonBoolean.valueOf(withPostImages));
        List<String> all = new ArrayList<>(COLLECTIONS);
        all.add("marker");
        for (String name : all) {
            database.database()
                    .runCommand(new BsonDocument("create", new BsonString(name))
                            .append("changeStreamPreAndPostImages", images));
        }
        database.collection("marker")
                .insertOne(new BsonDocument("_id", new BsonString("now")).append("tx", new BsonInt64(0)));
        for (String name : COLLECTIONS) {
            transaction((session, done) -> insert(session, name, rows, done));
        }
    }

    /** Makes one random change; some transactions are aborted and leave nothing. */
    void step() {
        String name = COLLECTIONS.get(random.nextInt(COLLECTIONS.size()));
        int kind = random.nextInt(1000);
        if (kind < 150) {
            single(done -> insert(null, name, 1, done));
        } else if (kind < 400) {
            single(done -> update(null, name, 1, done));
        } else if (kind < 470) {
            single(done -> replace(null, name, 1, done));
        } else if (kind < 540) {
            single(done -> delete(null, name, 1, done));
        } else if (kind < 650) {
            transaction((session, done) -> insert(session, name, 1 + random.nextInt(4), done));
        } else if (kind < 760) {
            transaction((session, done) -> update(session, name, 1 + random.nextInt(6), done));
        } else if (kind < 930) {
            transaction((session, done) -> {
                String other = COLLECTIONS.get(random.nextInt(COLLECTIONS.size()));
                insert(session, name, 1, done);
                update(session, name, 3, done);
                replace(session, other, 2, done);
                delete(session, other, 1, done);
                update(session, other, 2, done);
                insert(session, other, 2, done);
            });
        } else if (kind < 990) {
            abort(name);
        } else {
            transaction((session, done) -> update(session, name, 300 + random.nextInt(1000), done));
        }
    }

    /** Runs one large transaction over all documents. */
    void largeTransaction() {
        transaction((session, done) -> {
            for (String name : COLLECTIONS) {
                update(session, name, Integer.MAX_VALUE, done);
                insert(session, name, 2000, done);
            }
        });
    }

    /** The changes so far, oldest first. */
    List<Done> history() {
        synchronized (history) {
            return List.copyOf(history);
        }
    }

    /** The documents as the database has them now, in the form of {@link #rows}. */
    Map<String, String> rowsNow() {
        Map<String, Map<String, SourceRow>> now = new HashMap<>();
        for (String name : COLLECTIONS) {
            Map<String, SourceRow> rows = new HashMap<>();
            for (BsonDocument document : database.collection(name).find()) {
                String id = text(Objects.requireNonNull(document.get("_id")));
                rows.put(
                        id,
                        new SourceRow(
                                id,
                                document.getString("owner").getValue(),
                                document.getNumber("n").intValue(),
                                document.isNull("body")
                                        ? null
                                        : document.getString("body").getValue(),
                                document.getNumber("tx").longValue()));
            }
            now.put(name, rows);
        }
        BsonDocument marker =
                Objects.requireNonNull(database.collection("marker").find().first());
        long marked = marker.getNumber("tx").longValue();
        return rows(now, marked);
    }

    /** The rows of the buckets as bucket, table and id, to JSON, in this state of the source. */
    static Map<String, String> rows(Map<String, Map<String, SourceRow>> state, long marked) {
        Map<String, String> buckets = new TreeMap<>();
        buckets.put("marker[] marker now", "{\"id\":\"now\",\"tx\":" + marked + "}");
        state.forEach((table, rows) -> rows.values().forEach(row -> {
            String id = row.id().matches("\\d{1,18}") ? row.id() : quote(row.id());
            String start = "{\"id\":" + id + ",\"owner\":" + quote(row.owner()) + ",\"n\":" + row.n();
            String body = row.body() == null ? "null" : quote(row.body());
            buckets.put("everything[] " + table + " " + row.id(), start + ",\"tx\":" + row.tx() + "}");
            buckets.put(
                    "by_owner[" + quote(row.owner()) + "] " + table + " " + row.id(),
                    start + ",\"body\":" + body + ",\"tx\":" + row.tx() + "}");
        }));
        return buckets;
    }

    private static String quote(String text) {
        return '"' + text.replace("\"", "\\\"") + '"';
    }

    private void single(Change change) {
        number++;
        Map<String, Map<String, @Nullable SourceRow>> done = new HashMap<>();
        change.run(done);
        synchronized (history) {
            history.add(new Done(number, false, done));
        }
    }

    private void transaction(Body body) {
        number++;
        Map<String, Map<String, @Nullable SourceRow>> done = new HashMap<>();
        try (ClientSession session = database.server().client().startSession()) {
            session.startTransaction(TransactionOptions.builder()
                    .writeConcern(WriteConcern.MAJORITY)
                    .build());
            plain("marker")
                    .updateOne(
                            session,
                            new BsonDocument(),
                            new BsonDocument("$set", new BsonDocument("tx", new BsonInt64(number))));
            body.run(session, done);
            session.commitTransaction();
        }
        synchronized (history) {
            history.add(new Done(number, true, done));
        }
    }

    private void abort(String name) {
        Map<String, TreeMap<String, SourceRow>> before = new HashMap<>();
        state.forEach((collection, rows) -> before.put(collection, new TreeMap<>(rows)));
        Map<String, Map<String, @Nullable SourceRow>> undone = new HashMap<>();
        try (ClientSession session = database.server().client().startSession()) {
            session.startTransaction();
            insert(session, name, 2, undone);
            update(session, name, 3, undone);
            delete(session, name, 2, undone);
            session.abortTransaction();
        }
        state.putAll(before);
    }

    private void insert(
            @Nullable ClientSession session,
            String name,
            int rows,
            Map<String, Map<String, @Nullable SourceRow>> done) {
        List<WriteModel<BsonDocument>> writes = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            BsonValue id = id(nextId++);
            SourceRow row = new SourceRow(text(id), owner(), random.nextInt(100), body(), number);
            ids.put(row.id(), id);
            writes.add(new InsertOneModel<>(document(id, row)));
            put(name, row, done);
        }
        write(session, name, writes);
    }

    private void update(
            @Nullable ClientSession session,
            String name,
            int rows,
            Map<String, Map<String, @Nullable SourceRow>> done) {
        List<WriteModel<BsonDocument>> writes = new ArrayList<>();
        for (SourceRow row : some(name, rows)) {
            SourceRow after = new SourceRow(
                    row.id(),
                    random.nextInt(4) == 0 ? owner() : row.owner(),
                    row.n() + 1,
                    random.nextInt(3) == 0 ? body() : row.body(),
                    number);
            BsonDocument set = document(BsonNull.VALUE, after);
            set.remove("_id");
            writes.add(new UpdateOneModel<>(key(row), new BsonDocument("$set", set)));
            put(name, after, done);
        }
        write(session, name, writes);
    }

    /** Replaces documents, some of them under a number of equal value and another type. */
    private void replace(
            @Nullable ClientSession session,
            String name,
            int rows,
            Map<String, Map<String, @Nullable SourceRow>> done) {
        List<WriteModel<BsonDocument>> writes = new ArrayList<>();
        for (SourceRow row : some(name, rows)) {
            SourceRow after = new SourceRow(row.id(), owner(), random.nextInt(100), body(), number);
            BsonValue id = id(row);
            if (id.isNumber()) {
                id = numeric(id.asNumber().longValue());
                ids.put(row.id(), id);
            }
            writes.add(new ReplaceOneModel<>(key(row), document(id, after)));
            put(name, after, done);
        }
        write(session, name, writes);
    }

    private void delete(
            @Nullable ClientSession session,
            String name,
            int rows,
            Map<String, Map<String, @Nullable SourceRow>> done) {
        List<WriteModel<BsonDocument>> writes = new ArrayList<>();
        for (SourceRow row : some(name, rows)) {
            writes.add(new DeleteOneModel<>(key(row)));
            rows(name).remove(row.id());
            done.computeIfAbsent(name, n -> new HashMap<>()).put(row.id(), null);
        }
        write(session, name, writes);
    }

    private void write(@Nullable ClientSession session, String name, List<WriteModel<BsonDocument>> writes) {
        if (writes.isEmpty()) {
            return;
        }
        if (session == null) {
            database.collection(name).bulkWrite(writes);
        } else {
            plain(name).bulkWrite(session, writes);
        }
    }

    /** A collection whose write concern is the transaction's. */
    private MongoCollection<BsonDocument> plain(String name) {
        MongoDatabase own = database.server().client().getDatabase(database.name());
        return own.getCollection(name, BsonDocument.class);
    }

    private List<SourceRow> some(String name, int count) {
        TreeMap<String, SourceRow> rows = rows(name);
        if (count >= rows.size()) {
            return List.copyOf(rows.values());
        }
        List<SourceRow> some = new ArrayList<>();
        String from = text(id(1 + random.nextLong(nextId)));
        for (SourceRow row : rows.tailMap(from).values()) {
            if (some.size() == count) {
                return some;
            }
            some.add(row);
        }
        for (SourceRow row : rows.headMap(from).values()) {
            if (some.size() == count) {
                break;
            }
            some.add(row);
        }
        return some;
    }

    private void put(String name, SourceRow row, Map<String, Map<String, @Nullable SourceRow>> done) {
        rows(name).put(row.id(), row);
        done.computeIfAbsent(name, n -> new HashMap<>()).put(row.id(), row);
    }

    private TreeMap<String, SourceRow> rows(String name) {
        TreeMap<String, SourceRow> rows = state.get(name);
        if (rows == null) {
            throw new IllegalStateException(name);
        }
        return rows;
    }

    private BsonDocument key(SourceRow row) {
        return new BsonDocument("_id", id(row));
    }

    private BsonValue id(SourceRow row) {
        BsonValue id = ids.get(row.id());
        if (id == null) {
            throw new IllegalStateException(row.id());
        }
        return id;
    }

    private static BsonDocument document(BsonValue id, SourceRow row) {
        return new BsonDocument("_id", id)
                .append("owner", new BsonString(row.owner()))
                .append("n", new BsonInt32(row.n()))
                .append("body", row.body() == null ? BsonNull.VALUE : new BsonString(row.body()))
                .append("tx", new BsonInt64(row.tx()));
    }

    /** The id with this number: its kind follows from the number. */
    private BsonValue id(long id) {
        return switch ((int) (id % 5)) {
            case 0 -> new BsonString("r" + id);
            case 1 -> numeric(id);
            case 2 -> new BsonObjectId(new ObjectId(String.format("%024x", id)));
            case 3 -> new BsonBinary(new UUID(0x5e4a1L << 12 | 0x4000, 0x8000000000000000L | id));
            default ->
                new BsonDocument("part", new BsonInt32((int) (id % 3)))
                        .append("number", new BsonDouble(id))
                        .append("name", new BsonString("x"));
        };
    }

    private BsonValue numeric(long id) {
        return switch (random.nextInt(3)) {
            case 0 -> new BsonInt32(Math.toIntExact(id));
            case 1 -> new BsonInt64(id);
            default -> new BsonDouble(id);
        };
    }

    /** The id as it is in buckets. */
    private static String text(BsonValue id) {
        return switch (id) {
            case BsonString text -> text.getValue();
            case BsonObjectId objectId -> objectId.getValue().toHexString();
            case BsonBinary uuid -> uuid.asUuid().toString();
            case BsonDocument document ->
                "{\"part\":" + document.getInt32("part").getValue() + ",\"number\":"
                        + document.getNumber("number").longValue() + ",\"name\":\"x\"}";
            default -> Long.toString(id.asNumber().longValue());
        };
    }

    private String owner() {
        return "o" + random.nextInt(OWNERS);
    }

    private @Nullable String body() {
        int kind = random.nextInt(20);
        if (kind == 0) {
            return null;
        }
        return kind < 3 ? "x" + random.nextInt(1000) + "y".repeat(2500 + random.nextInt(3000)) : "b" + random.nextInt();
    }

    private interface Body {
        void run(ClientSession session, Map<String, Map<String, @Nullable SourceRow>> done);
    }

    private interface Change {
        void run(Map<String, Map<String, @Nullable SourceRow>> done);
    }
}
