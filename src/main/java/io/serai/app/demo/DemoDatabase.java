package io.serai.app.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/** A server of the demo's own with the database of the to-do application. Confined to one thread, except what {@link #user} gives. */
interface DemoDatabase extends AutoCloseable {
    /** Makes the collections or tables, their first rows, and the user that replicates, with this password (letters and digits). */
    void create(String password) throws Exception;

    /** The connection as an item of service.yaml's list, without the dash. */
    String connection(String password);

    /** The file of sync rules that fit; one that is not shipped is written into {@code folder}. */
    Path syncConfig(Path home, Path folder) throws IOException;

    /** The command with which people look into the database. */
    String shell();

    /** The id of one of the people who use the application, as its rows have it. */
    String userId() throws Exception;

    /** Somebody who uses the application. */
    User user(RandomGenerator random) throws Exception;

    /** Stops the server and removes its data. */
    @Override
    void close() throws IOException;

    /** Uses the application. Confined to one thread. */
    interface User extends AutoCloseable {
        /** Does one thing, in one transaction. */
        void act() throws Exception;
    }
}
