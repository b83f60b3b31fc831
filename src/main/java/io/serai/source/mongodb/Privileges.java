package io.serai.source.mongodb;

import io.serai.change.TableRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/** What the user may do, as the server says. Immutable. */
final class Privileges {
    /**
     * One privilege.
     *
     * @param database empty for every one
     * @param collection empty for every one that is not a system's
     */
    private record Privilege(String database, String collection, Set<String> actions) {}

    private final boolean all;
    private final List<Privilege> privileges;

    private Privileges(boolean all, List<Privilege> privileges) {
        this.all = all;
        this.privileges = privileges;
    }

    /** Asks the server; where nobody has authenticated, everything is allowed, or the commands fail that are not. */
    static Privileges of(Server server) throws InterruptedException {
        BsonDocument info = server.run(
                        "admin",
                        new BsonDocument("connectionStatus", new BsonInt32(1))
                                .append("showPrivileges", BsonBoolean.TRUE))
                .document()
                .getDocument("authInfo");
        List<Privilege> found = new ArrayList<>();
        boolean isAll = info.getArray("authenticatedUsers").isEmpty();
        for (BsonValue each : info.getArray("authenticatedUserPrivileges")) {
            BsonDocument resource = each.asDocument().getDocument("resource");
            Set<String> actions = new TreeSet<>();
            each.asDocument()
                    .getArray("actions")
                    .forEach(action -> actions.add(action.asString().getValue()));
            if (resource.containsKey("anyResource")) {
                found.add(new Privilege("", "", actions));
            } else if (resource.containsKey("db")) {
                found.add(new Privilege(
                        resource.getString("db").getValue(),
                        resource.getString("collection").getValue(),
                        actions));
            }
        }
        return new Privileges(isAll, found);
    }

    /** Whether the user may do this to the collection. */
    boolean allow(String action, TableRef collection) {
        return all
                || privileges.stream()
                        .anyMatch(privilege -> privilege.actions.contains(action)
                                && (privilege.database.isEmpty() || privilege.database.equals(collection.schema()))
                                && (privilege.collection.isEmpty() || privilege.collection.equals(collection.name())));
    }

    /** Whether the user may do this to all collections of the database. */
    boolean allow(String action, String database) {
        return all
                || privileges.stream()
                        .anyMatch(privilege -> privilege.actions.contains(action)
                                && privilege.collection.isEmpty()
                                && (privilege.database.isEmpty() || privilege.database.equals(database)));
    }

    /** Whether the user may watch the database, and not only each of its collections. */
    boolean allowWatch(String database) {
        return allow("find", database) && allow("changeStream", database);
    }

    /** Whether the user may watch the whole cluster. */
    boolean allowWatchOfCluster() {
        return allowWatch("");
    }
}
