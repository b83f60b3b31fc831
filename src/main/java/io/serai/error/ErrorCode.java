package io.serai.error;

/**
 * Every failure that an operator can meet. {@code docs/errors.md} is generated from these constants. A code is never reused.
 *
 * <p>Families: R rules, S10 all sources, S11 Postgres, S12 MySQL, S13 MongoDB, S2 storage and routes, S3 configuration and command line, S4 API, S9 bugs in this
 * program.
 */
public enum ErrorCode {
    // R: sync rules
    RULES_INVALID(
            "R2001",
            false,
            "The sync config has errors, so no row can be evaluated. All of them are listed, each with line and column.",
            "Mend the lines that are named; `serai validate` shows them without starting anything."),
    RULES_UNSUPPORTED(
            "R2002",
            false,
            "The sync config uses a part of the language that this version does not have yet.",
            "Rewrite the query without it, or use a version that has it."),
    RULES_ROW_FAILED(
            "R2101",
            false,
            "A query could not be evaluated for one row. The row yields nothing for that query; replication goes on.",
            "Look at the query and at the kind of value that is named."),

    // S10: every source
    SOURCE_CONNECTION_FAILED(
            "S1001",
            true,
            "The source database cannot be reached, or the connection broke. It is tried again for ever with a growing delay.",
            "Check that the server runs, its address, and the network between."),
    SOURCE_AUTHENTICATION_FAILED(
            "S1002",
            false,
            "The source database refused the user or the password.",
            "Correct the credentials of the connection in service.yaml."),
    SOURCE_ROUTE_FAILED(
            "S1003",
            true,
            "A change failed in the route and no error handler of the route handled it. Nothing after it was stored; the source starts again"
                    + " from the stored position.",
            "Remove the cause that the log names; the source goes on by itself."),
    SOURCE_ROUTE_INCOMPLETE(
            "S1004",
            false,
            "The route lacks a step: its first step is not postImage, or a change reached its end without syncRules and serai-storage and"
                    + " without a filter that stopped it. Or it may return before one of them ran: they are within an aggregate or a resequence, or a"
                    + " multicast or split with a timeout.",
            "Compare the route with the template of the source in routes/."),
    SOURCE_TABLE_CHANGED(
            "S1005",
            true,
            "A table that is replicated was altered, dropped, recreated, renamed or left out of what is replicated, or one appeared.",
            "The source begins again by itself and copies that table beside the stream; only differences reach clients."),
    SOURCE_IN_USE(
            "S1006",
            true,
            "Another process replicates this source with the same slot or lease.",
            "Stop the other process, or give this one a storage of its own."),
    SOURCE_CHECK_FAILED(
            "S1007",
            false,
            "The database does not offer what replication needs; each finding has a code and a statement that mends it.",
            "Run the statements that are printed, or `serai check` to see them again."),
    SOURCE_LOST_HISTORY(
            "S1008",
            false,
            "The source no longer has the changes that follow the stored position: its slot was dropped, invalidated or moved on, or it is"
                    + " another server, or the storage is an older copy.",
            "With `on_lost_history: resnapshot` the source is copied again by itself; with `wait`, run `serai teardown --source ID`, then `serai run`."),
    SOURCE_KEY_UNKNOWN(
            "S1009",
            false,
            "A change came without the value of a key column, so its row cannot be named.",
            "Give the table a primary key whose columns are small, or REPLICA IDENTITY FULL."),
    SOURCE_UNSUPPORTED(
            "S1010",
            false,
            "The source uses something that this version does not replicate yet; it stopped before anything wrong was stored.",
            "Remove the table from the sync config or the publication, or use a version that has it."),
    SOURCE_EVENT_ROUTE_STOPPED(
            "S1011",
            true,
            "A change fires an event whose route (`from: serai-events:…`) does not run, because it was stopped or is about to start. Nothing after"
                    + " the change was stored; the source starts again from the stored position.",
            "Start the route, or remove it if the event is no longer wanted; the source goes on by itself."),

    // S11: Postgres
    POSTGRES_VERSION("S1100", false, "The server is older than Postgres 11.", "Upgrade the server."),
    POSTGRES_WAL_LEVEL(
            "S1101",
            false,
            "The server does not write the logical log.",
            "Run `ALTER SYSTEM SET wal_level = logical` and restart the server."),
    POSTGRES_ROLE(
            "S1102",
            false,
            "The role may not replicate.",
            "Run `ALTER ROLE … WITH REPLICATION` (on RDS: `GRANT rds_replication TO …`)."),
    POSTGRES_PUBLICATION_MISSING(
            "S1103",
            false,
            "The publication `powersync` does not exist in this database.",
            "Run `CREATE PUBLICATION powersync FOR ALL TABLES` or name the tables."),
    POSTGRES_PUBLICATION_INCOMPLETE(
            "S1104",
            false,
            "The publication leaves out operations, rows, columns or a table that the sync config names, or sends a partition as its root.",
            "Alter the publication with the statement that is printed."),
    POSTGRES_REPLICA_IDENTITY(
            "S1105",
            false,
            "A table has no primary key, or no usable replica identity, that names its rows.",
            "Give it a primary key; or, if it cannot have one, `ALTER TABLE … REPLICA IDENTITY FULL`."),
    POSTGRES_SELECT_DENIED("S1106", false, "The role may not read a table.", "Run the GRANT that is printed."),
    POSTGRES_ROW_SECURITY(
            "S1107",
            false,
            "Row level security would hide rows of a table from the copy.",
            "Run `ALTER ROLE … WITH BYPASSRLS`."),
    POSTGRES_SLOTS_EXHAUSTED(
            "S1108",
            false,
            "The server has no free replication slot or WAL sender.",
            "Drop slots that nobody uses, or raise max_replication_slots and max_wal_senders and restart the server."),
    POSTGRES_SLOT_BUSY(
            "S1109",
            true,
            "The replication slot is in use by another process.",
            "Stop the other process; this one goes on by itself when the slot is free."),
    POSTGRES_SLOT_LOST(
            "S1110",
            false,
            "The replication slot was dropped or invalidated, so changes are missing.",
            "With `on_lost_history: resnapshot` the source is copied again by itself; with `wait`, run `serai teardown --source ID`, then `serai run`."),
    POSTGRES_OTHER_SERVER(
            "S1111",
            false,
            "The server, its timeline or the database is not the one that the storage was filled from.",
            "Point the connection at the former server; with `on_lost_history: resnapshot` the source is copied again by itself, with `wait`, run `serai teardown --source ID`, then `serai run`."),
    POSTGRES_TABLE_MISSING(
            "S1112",
            false,
            "The sync config names a table that the database does not have.",
            "Create the table, or correct its name in the sync config."),
    POSTGRES_RETENTION(
            "S1113",
            false,
            "The server may invalidate the slot: it retains much of what max_slot_wal_keep_size allows, or would be idle for too long, or the primary of a standby removes rows that the slot needs.",
            "Let the source catch up, or run the statement that is printed."),
    POSTGRES_FORGOTTEN_SLOT(
            "S1114",
            false,
            "A slot of this program exists that nobody uses; it keeps WAL on the server.",
            "Drop it with the statement that is printed, if no other installation needs it."),
    POSTGRES_FAILOVER_SLOT(
            "S1115",
            false,
            "With `failover_slot: true`: the server is older than Postgres 17 and has no such slots, or its standbys may lack what is replicated already when one of them is promoted.",
            "Do what is printed, or set `failover_slot: false`: then the source is copied again after a failover."),
    POSTGRES_STANDBY(
            "S1116",
            true,
            "The server is a standby, and cannot be replicated from as it is.",
            "Point the connection at the primary, or promote the standby; the source goes on by itself."),
    POSTGRES_PROMOTED(
            "S1117",
            true,
            "The standby that is replicated from, or the server that it follows, was promoted.",
            "Nothing: the source begins again by itself and goes on from the stored position."),

    // S12: MySQL
    MYSQL_VERSION("S1200", false, "The server is older than MySQL 5.7.", "Upgrade the server."),
    MYSQL_MARIADB(
            "S1201",
            false,
            "The server is MariaDB, whose GTIDs and binary log are others than MySQL's.",
            "Replicate from MySQL 5.7 or later."),
    MYSQL_LOG_BIN(
            "S1202",
            false,
            "The server writes no binary log.",
            "Write `log_bin=binlog` into the server's option file and start it again."),
    MYSQL_GTID_MODE(
            "S1203",
            false,
            "The server does not give GTIDs to all transactions, or did not when it wrote a part of the log that is still needed.",
            "Write `gtid_mode=ON` and `enforce_gtid_consistency=ON` into the server's option file and start it again."),
    MYSQL_BINLOG_FORMAT(
            "S1204",
            false,
            "The server logs statements instead of rows.",
            "Write `binlog_format=ROW` into the server's option file and start it again."),
    MYSQL_SERVER_ID(
            "S1205",
            false,
            "The server has no number, or the connection has the server's number.",
            "Give each of them a `server_id` of its own."),
    MYSQL_PRIVILEGE("S1206", false, "The user lacks a privilege.", "Run the GRANT that is printed."),
    MYSQL_TABLE_MISSING(
            "S1207",
            false,
            "The sync config names a table that the database does not have, or that the user may not read.",
            "Create the table, run the GRANT that is printed, or correct the name in the sync config; its rows come when it appears."),
    MYSQL_TABLE_UNSUPPORTED(
            "S1208",
            false,
            "The sync config reads a table that cannot be replicated: it has another engine than InnoDB, or a column of a type that this version"
                    + " does not know.",
            "Make it an InnoDB table, or leave it out of the sync config."),
    MYSQL_DATABASE_NOT_LOGGED(
            "S1209",
            false,
            "The server leaves a database out of its binary log (binlog-do-db, binlog-ignore-db).",
            "Correct these options and start the server again."),
    MYSQL_FOREIGN_KEYS(
            "S1210",
            false,
            "A foreign key with ON DELETE or ON UPDATE actions changes rows of a table, and the server does not log what such actions do: it is"
                    + " older than MySQL 9.6, or `innodb_native_foreign_keys` is ON. The table is copied again each time, which needs to know all"
                    + " tables on the way.",
            "Upgrade the server to MySQL 9.6 or later with `innodb_native_foreign_keys=OFF`, or take the actions from the foreign key. Where a table"
                    + " may not be read, run the GRANT that is printed."),
    MYSQL_REPLICA_UPDATES(
            "S1211",
            false,
            "The server is a replica that does not log what it replicates.",
            "Write `log_replica_updates=ON` into its option file and start it again, or replicate from its source."),
    MYSQL_TABLE_WITHOUT_KEY(
            "S1212",
            false,
            "A table has neither a primary key nor a unique key of NOT NULL columns. It is replicated, but copied in one long read, and equal rows"
                    + " are one row for clients.",
            "Give it a primary key, if it can have one."),
    MYSQL_DATABASE_MISSING(
            "S1213",
            false,
            "The server has no database of the connection's name, or the user may see nothing of it.",
            "Correct `database` of the connection in service.yaml, or run the GRANT that is printed."),

    // S13: MongoDB
    MONGODB_VERSION("S1300", false, "The server is older than MongoDB 6.0.", "Upgrade the server."),
    MONGODB_STANDALONE(
            "S1301",
            false,
            "The server is a standalone, which has no change streams.",
            "Make it a replica set of one member: start it with --replSet and run `rs.initiate()`."),
    MONGODB_OTHER_SERVER(
            "S1302",
            false,
            "The server only speaks MongoDB's protocol (DocumentDB, Cosmos DB, FerretDB, …): its change streams and snapshot reads are not MongoDB's.",
            "Replicate from MongoDB 6.0 or later."),
    MONGODB_PRIVILEGE(
            "S1303",
            false,
            "The user lacks a privilege.",
            "Run the command that is printed as the database's administrator; `serai setup` prints all of them."),
    MONGODB_POST_IMAGES(
            "S1304",
            false,
            "With `post_images: read_only` a collection does not record post-images.",
            "Run the collMod command that is printed, or choose `auto_configure` or `off`."),
    MONGODB_POST_IMAGES_OFF(
            "S1305",
            false,
            "With `post_images: off` each changed document is read again, at the time of the change.",
            "Nothing, unless the source is too slow or often more than five minutes behind: then choose `auto_configure`."),
    MONGODB_COLLECTION_MISSING(
            "S1306",
            false,
            "The sync config names a collection that the database does not have.",
            "Create the collection, or correct its name in the sync config; its documents come when it appears."),
    MONGODB_COLLECTION_KIND(
            "S1307",
            false,
            "A view, a time series collection, or, without post-images, a capped collection cannot be replicated; the rest is.",
            "Take it out of the sync config."),

    // S14: Camel's Debezium endpoints as sources
    DEBEZIUM_MISSING(
            "S1401",
            false,
            "A route begins with an endpoint of Debezium's, whose jars do not come with Serai.",
            "Add the jar that is named, with those that docs/debezium.md lists."),
    DEBEZIUM_SETTING(
            "S1402",
            false,
            "An option of an endpoint of Debezium's would let changes be lost, altered or doubled, or is not known to be harmless.",
            "Change the options that are named."),
    DEBEZIUM_ENGINE(
            "S1403",
            true,
            "Debezium's engine stopped, or did not start. It is started again from the stored position, for ever, with a growing delay.",
            "Look at what the engine itself has logged before."),
    DEBEZIUM_RECORD(
            "S1404",
            false,
            "Debezium's engine delivered something that the step debezium cannot make a change of.",
            "Let the step be the first of its route; leave the column out of the publication, or use Serai's own source."),
    DEBEZIUM_SERVER(
            "S1405",
            false,
            "The server, a table, or the time zone of the JVM is such that Debezium's engine would lose or alter changes.",
            "Use Serai's own source for this database: leave out `route`, or begin the route with serai-postgres."),
    DEBEZIUM_INCOMPLETE(
            "S1406",
            true,
            "The records of Debezium's engine do not make whole transactions. Nothing of the one that is not whole is stored; the engine is started"
                    + " again from the stored position.",
            "If it comes again, look at what the engine has logged before: it may have failed at an event that it cannot read (docs/debezium.md, Limits)."
                    + " Otherwise report it with the log."),

    // S2: storage and routes
    STORAGE_LOCKED(
            "S2001",
            true,
            "Another process has the storage open.",
            "Stop that process; commands that only look at the storage work beside it."),
    STORAGE_NEWER_FORMAT(
            "S2002",
            false,
            "The storage was written by a newer version of this program.",
            "Use that version, or another path for the storage."),
    STORAGE_DAMAGED(
            "S2003",
            false,
            "The storage cannot be read: it is damaged or not a storage of this program.",
            "Restore a backup or delete it: the sources are copied again."),
    STORAGE_WRITE_FAILED(
            "S2004",
            true,
            "A write to the storage failed. Nothing was acknowledged; it is tried again.",
            "Check the disk: space, permissions, health."),
    STORAGE_FENCED(
            "S2005",
            true,
            "Another writer took over this source; what this one still held was not stored.",
            "Nothing, unless it repeats: then two processes replicate the same source."),
    STORAGE_NOT_FOUND(
            "S2007",
            false,
            "There is no storage at this path yet.",
            "Start `serai run` first, or correct storage.path in service.yaml."),
    STORAGE_CHECKPOINT_GONE(
            "S2008",
            true,
            "A checkpoint was read that is older than the sync config which clients are served by now.",
            "Read the newest checkpoint: run the command again."),
    STORAGE_OLDER_FORMAT(
            "S2009",
            false,
            "The storage was written by an earlier version of this program, in a form that this version does not read.",
            "Delete the storage, or name another path for it: the sources are copied again."),
    STORE_BODY_NOT_EVALUATED(
            "S2101",
            false,
            "A message that the sync rules have not evaluated reached serai-storage.",
            "Put the syncRules step before the endpoint."),
    STORE_NOT_A_CHANGE(
            "S2102",
            false,
            "A message that does not come from a Serai source reached a Serai step.",
            "Use the step only in a route that starts with a serai source endpoint."),
    STORE_TAKEN_TWICE(
            "S2103",
            false,
            "A change reached serai-storage a second time, or after its exchange had returned (seda, wireTap, threads).",
            "Let each change reach serai-storage once, before the exchange returns. Then run `serai resync`: rows that came late are missing"
                    + " from their buckets."),
    ROW_REFUSED(
            "S2104",
            false,
            "A row was not stored: what the route made of it cannot be converted, or it is larger than 15 MiB.",
            "See `serai status` for the keys; mend the route or the row, then the row's next change brings it back."),
    STORE_OTHER_STORAGE(
            "S2105",
            false,
            "A change reached a serai-storage step that names another storage than the one that the change's source writes to.",
            "Give the step the `name` that the source's `storage` option has (`main` unless it says otherwise)."),
    ROUTE_NOT_RELOADED(
            "S2106",
            false,
            "A file in the routes folder was changed and cannot be used. The routes that were made from it go on as they were.",
            "Mend the file; it is read again as soon as it is saved."),

    // S3: configuration and command line
    CONFIG_NOT_FOUND("S3001", false, "A configuration file does not exist or cannot be read.", "Correct the path."),
    CONFIG_INVALID(
            "S3002",
            false,
            "A configuration file has a value or key that is not allowed.",
            "Correct the line that is named."),
    CONFIG_ENVIRONMENT(
            "S3003",
            false,
            "An environment variable that the configuration names with !env is not set.",
            "Set it, or write the value."),
    CONFIG_ROUTE_MISSING(
            "S3004",
            false,
            "No route template is found for a connection.",
            "Restore the file in routes/, or correct the connection's `route`."),
    CONFIG_BEAN_MISSING(
            "S3005",
            false,
            "A route names something that the application has not bound in Camel's registry: a connection, a storage or the sync rules.",
            "Bind it under the name that the route uses, or correct the name."),
    CONFIG_EVENT_UNKNOWN(
            "S3006",
            false,
            "A route begins with `serai-events:NAME`, and the sync config defines no event of that name.",
            "Correct the name, or add the event to `event_definitions` in the sync config."),
    COMMAND_TIMED_OUT(
            "S3101", false, "The command waited as long as it was told to.", "Look at `serai status`, or wait longer."),
    COMMAND_NO_CHECKPOINT(
            "S3102", false, "The storage has no checkpoint yet.", "Wait with `serai status --wait SECONDS`."),
    COMMAND_FAILED("S3103", false, "The command failed.", "See the message."),
    COMMAND_TABLE_UNKNOWN(
            "S3104",
            false,
            "No source replicates the table that the command names. For `explain`: and no query of the sync config reads it.",
            "Correct the name: it is `name` or `schema.name`, as the database has it, case-sensitive."),
    COMMAND_KEY_WRONG(
            "S3105",
            false,
            "The key that the command names has another number of values than the table's key has columns.",
            "Give one value for each column of the key, in its order."),
    COMMAND_NO_SECRET(
            "S3106",
            false,
            "`serai token` signs tokens with a shared secret, and `client_auth` has none, or no audience.",
            "Add a key with `kty: oct`, `alg: HS256` and `k` to `client_auth.jwks.keys`, and an `audience`: for trying things out only."),
    DEMO_POSTGRES("S3201", false, "The demo's own Postgres could not be started.", "See the message."),
    DEMO_MONGODB("S3202", false, "The demo's own MongoDB could not be had or started.", "See the message."),
    DEMO_MYSQL("S3203", false, "The demo's own MySQL could not be had or started.", "See the message."),

    // S4: API
    API_PORT(
            "S4001",
            false,
            "The API port cannot be opened.",
            "Choose another `port` in service.yaml, or stop what uses it."),
    API_CERTIFICATE(
            "S4002",
            false,
            "The certificate of the API or its key cannot be used: a file is missing, may not be read or is no PEM, the key is encrypted, or it is"
                    + " not the certificate's. At a start this ends it; of files that are renewed while the process runs the former ones stay in use.",
            "Correct `api.tls` in service.yaml, or the files; `serai validate` looks at them."),
    TOKEN_MISSING(
            "S4101",
            false,
            "A client sent no token.",
            "Let `fetchCredentials()` return one; other programs send the header `Authorization: Token JWT`."),
    TOKEN_MALFORMED(
            "S4102",
            false,
            "What a client sent is not a signed JWT in its compact form, or is longer than 16 KiB.",
            "Send the token as the authentication service issued it, with fewer claims if it is too long."),
    TOKEN_KEY_UNKNOWN(
            "S4103",
            false,
            "No key of `client_auth` may verify a client's token: none has its `kid`, or the one that has it is for another `alg`.",
            "Add the key with which tokens are signed to `client_auth`, with the same `kid` and `alg`; or let users sign in again."),
    TOKEN_SIGNATURE(
            "S4104",
            false,
            "The signature of a client's token does not match the key: the token is forged, or the key in `client_auth` is another one with the same `kid`.",
            "If it repeats, compare the key in `client_auth` with the one that signs."),
    TOKEN_EXPIRED(
            "S4105",
            false,
            "A client's token has expired.",
            "Nothing: the client fetches another one. If it repeats, compare the clocks, and let `fetchCredentials()` return new tokens."),
    TOKEN_NOT_YET_VALID(
            "S4106",
            false,
            "A client's token says that it was issued, or is valid, more than a minute from now.",
            "Correct the clock of the service that issues tokens, or of this machine."),
    TOKEN_LIFETIME(
            "S4107",
            false,
            "A client's token is valid for longer than tokens may be.",
            "Issue tokens for a shorter time, at best some minutes."),
    TOKEN_AUDIENCE(
            "S4108",
            false,
            "A client's token is for another audience, or for none.",
            "Add the token's `aud` to `client_auth.audience`, or issue tokens with one that is there."),
    TOKEN_CLAIM(
            "S4109",
            false,
            "A client's token lacks a claim that is needed, or has it in another form: `sub` is text that is not empty; `iat` and `exp` are"
                    + " seconds since 1970.",
            "Issue tokens with these claims."),
    KEYS_UNAVAILABLE(
            "S4110",
            true,
            "The keys of a `jwks_uri` cannot be fetched: its server does not answer within five seconds, answers something else than a set of keys"
                    + " (redirects are not followed), or has no certificate that Java trusts. Keys that were fetched within the last hour are still used.",
            "Correct `client_auth.jwks_uri`, or mend that server; it is asked again as soon as a token needs it."),
    KEYS_ADDRESS_REFUSED(
            "S4111",
            false,
            "The server of a `jwks_uri` has an address that `block_local_jwks` or `jwks_reject_ip_ranges` excludes.",
            "Name a server with another address, or change these settings."),

    // S9: bugs
    BUG("S9001", false, "Something happened that should be impossible.", "Please report it with the log.");

    private final String code;
    private final boolean passing;
    private final String meaning;
    private final String remedy;

    ErrorCode(String code, boolean passing, String meaning, String remedy) {
        this.code = "SERAI-" + code;
        this.passing = passing;
        this.meaning = meaning;
        this.remedy = remedy;
    }

    /** Whether it says that the log does not go on from the stored position. */
    public boolean isLostHistory() {
        return switch (this) {
            case SOURCE_LOST_HISTORY, POSTGRES_SLOT_LOST, POSTGRES_OTHER_SERVER -> true;
            default -> false;
        };
    }

    /** The stable code, e.g. {@code SERAI-S1101}. */
    public String code() {
        return code;
    }

    /** Whether the cause usually passes by itself, so that a retry starts with a short delay; others are retried at the cap. */
    public boolean isTransient() {
        return passing;
    }

    /** What the failure means and its usual causes, for the manual. */
    public String meaning() {
        return meaning;
    }

    /** What mends it, for the manual. */
    public String remedy() {
        return remedy;
    }
}
