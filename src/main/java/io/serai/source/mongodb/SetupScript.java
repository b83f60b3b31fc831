package io.serai.source.mongodb;

import io.serai.change.JsonText;
import io.serai.change.TableRef;
import io.serai.source.TableSelection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Commands for mongosh that prepare a database. */
final class SetupScript {
    private static final String ROLE = "powersync";

    private SetupScript() {}

    /**
     * The script.
     *
     * @param collections those that exist; when the server cannot be asked, those that are named
     */
    static String text(MongoSettings settings, TableSelection selection, List<TableRef> collections) {
        StringBuilder out = new StringBuilder("""
                // Prepares MongoDB for Serai. Run it with mongosh, as an administrator of users; read it before.
                // The role may read and watch the whole database, for which one change stream is enough. "find" on single collections does, too.
                use admin
                db.createRole({role: "%s", roles: [], privileges: [
                """.formatted(ROLE));
        Set<String> databases = new TreeSet<>(selection.schemas().orElse(Set.of(settings.database())));
        databases.add(settings.database());
        for (String database : databases) {
            privilege(out, database, "", List.of("listCollections", "find", "changeStream"));
        }
        privilege(out, settings.database(), Catalog.CHECKPOINTS, DatabaseCheck.ON_CHECKPOINTS);
        if (settings.postImages() == PostImages.AUTO_CONFIGURE) {
            collections.forEach(table -> privilege(out, table.schema(), table.name(), List.of("collMod")));
        }
        if (selection.schemas().isEmpty()) {
            privilege(out, "", "", List.of("listCollections", "find", "changeStream"));
        }
        out.append("]})\n");
        out.append("db.createUser({user: \"%s\", pwd: passwordPrompt(), roles: [\"%s\"]})\n".formatted(ROLE, ROLE));
        if (settings.postImages() == PostImages.READ_ONLY) {
            out.append("// post_images: read_only never does this by itself:\n");
            collections.forEach(table -> out.append(collMod(table)).append('\n'));
        }
        return out.toString();
    }

    /** The command that makes a collection record post-images. */
    static String collMod(TableRef table) {
        return "db.getSiblingDB(%s).runCommand({collMod: %s, changeStreamPreAndPostImages: {enabled: true}})"
                .formatted(JsonText.quoted(table.schema()), JsonText.quoted(table.name()));
    }

    /** The command that allows something to the role of the script. */
    static String grant(String database, String collection, String action) {
        return "db.getSiblingDB(\"admin\").grantPrivilegesToRole(\"%s\", [%s])"
                .formatted(ROLE, resource(database, collection, List.of(action)));
    }

    private static void privilege(StringBuilder out, String database, String collection, List<String> actions) {
        out.append("  ").append(resource(database, collection, actions)).append(",\n");
    }

    private static String resource(String database, String collection, List<String> actions) {
        return "{resource: {db: %s, collection: %s}, actions: [%s]}"
                .formatted(
                        JsonText.quoted(database),
                        JsonText.quoted(collection),
                        String.join(", ", actions.stream().map(JsonText::quoted).toList()));
    }
}
