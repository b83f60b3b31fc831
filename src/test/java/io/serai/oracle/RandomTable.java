package io.serai.oracle;

import java.util.List;
import java.util.Random;
import java.util.UUID;

/** A table with a key of one of several kinds, a large column that is stored out of line, and the number of the transaction that wrote the row. */
record RandomTable(String name, Key key, boolean fullIdentity) {
    /** What the primary key is. */
    enum Key {
        TEXT,
        UUID,
        BIGINT,
        COMPOSITE
    }

    static RandomTable random(String name, Random random) {
        return new RandomTable(name, Key.values()[random.nextInt(Key.values().length)], random.nextInt(3) == 0);
    }

    List<String> ddl() {
        String columns = switch (key) {
            case TEXT -> "id text PRIMARY KEY";
            case UUID -> "id uuid PRIMARY KEY";
            case BIGINT -> "id bigint PRIMARY KEY";
            case COMPOSITE -> "id text NOT NULL, part int NOT NULL, PRIMARY KEY (part, id)";
        };
        return List.of(
                "CREATE TABLE " + name + " (" + columns
                        + ", owner text NOT NULL, n int NOT NULL, body text, tx bigint NOT NULL)",
                "ALTER TABLE " + name + " ALTER body SET STORAGE EXTERNAL",
                "ALTER TABLE " + name + " REPLICA IDENTITY " + (fullIdentity ? "FULL" : "DEFAULT"));
    }

    /** An id that no other {@code number} gives. */
    String id(long number) {
        return switch (key) {
            case TEXT, COMPOSITE -> "r" + number;
            case UUID -> new UUID(0x5e4a1L << 12 | 0x4000, 0x8000000000000000L | number).toString();
            case BIGINT -> Long.toString(number);
        };
    }

    /** The type that a parameter with an id is cast to. */
    String idType() {
        return switch (key) {
            case TEXT, COMPOSITE -> "text";
            case UUID -> "uuid";
            case BIGINT -> "bigint";
        };
    }

    /** What an INSERT names for the key besides the id. */
    boolean hasPart() {
        return key == Key.COMPOSITE;
    }

    /** The other key column of a row with this id. */
    static int part(String id) {
        return Math.floorMod(id.hashCode(), 5);
    }
}
