package io.serai.source.postgres;

/**
 * What a stored position belongs to: the cluster, the line of its history, the database and its publication, and the slot that keeps the log.
 * Immutable.
 *
 * @param instance when the server was started: while it runs its history goes on, also when it is promoted
 * @param system the cluster by the number that IDENTIFY_SYSTEM gives it
 * @param timeline the server's timeline when the position was last proved to be on it
 * @param database oid of the database
 * @param publication oid of the publication
 * @param slot the slot's name
 */
record ServerIdentity(String instance, String system, long timeline, long database, long publication, String slot) {
    String text() {
        return String.join(
                " ",
                instance,
                system,
                Long.toString(timeline),
                Long.toString(database),
                Long.toString(publication),
                slot);
    }

    /** Reads what {@link #text} wrote. */
    static ServerIdentity parse(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 6) {
            throw new IllegalArgumentException("not the identity of a server: " + text);
        }
        return new ServerIdentity(
                parts[0],
                parts[1],
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                parts[5]);
    }
}
