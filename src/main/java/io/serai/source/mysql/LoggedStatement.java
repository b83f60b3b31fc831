package io.serai.source.mysql;

import io.serai.change.TableRef;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement that the log has as text: DDL, or a change in statement format. It is not parsed: which tables it may have touched is told by the names
 * in it, so that one that nobody can parse stops nothing. Immutable.
 *
 * @param kind what it does
 * @param database the current one of the session, or what a TRUNCATE names
 * @param words all names and words in it, in lower case
 */
record LoggedStatement(Kind kind, String database, Set<String> words) {
    /** What a statement does to tables. */
    enum Kind {
        /** Nothing that images of rows or columns depend on. */
        HARMLESS,
        /** It begins a transaction of rows. */
        BEGIN,
        /** It begins an XA transaction of rows. */
        XA_BEGIN,
        /** It ends one. */
        COMMIT,
        /** It takes back what is open. */
        ROLLBACK,
        /** It commits a prepared transaction. */
        XA_COMMIT,
        /** It takes back a prepared transaction. */
        XA_ROLLBACK,
        /** It deletes all rows of the table that is named by {@link LoggedStatement#truncated}, or one that is spelled otherwise. */
        TRUNCATE,
        /** It may touch any table that it names. */
        DDL,
        /** As {@link #DDL}, and it may alter which foreign keys a table that it names has. */
        FOREIGN_KEYS,
        /** It may touch every table of a database that it names. */
        DROP_DATABASE,
        /** As {@link #DDL}, but a change of rows in statement format, which cannot be followed. */
        CHANGE
    }

    /** What a statement that loads a file has before its text, and others do not: which file, and where in the text its name is. */
    static final int LOAD_HEADER = 13;

    private static final Pattern HARMLESS = Pattern.compile("(?:GRANT|REVOKE|SET|FLUSH|ANALYZE|OPTIMIZE|REPAIR|CHECK"
            + "|INSTALL|UNINSTALL|SAVEPOINT|RELEASE|XA\\s+END|DROP\\s+TEMPORARY|CREATE\\s+TEMPORARY"
            + "|RENAME\\s+USER)\\b.*");
    private static final Pattern TABLE = Pattern.compile(
            "(?:CREATE\\s+TABLE|ALTER\\s+(?:ONLINE\\s+|OFFLINE\\s+|IGNORE\\s+)?TABLE|DROP\\s+TABLES?|DROP\\s+INDEX"
                    + "|RENAME\\s+TABLES?|TRUNCATE|IMPORT\\s+TABLE)\\b.*");
    private static final Pattern REMOVING = Pattern.compile("(?:DROP\\s+TABLES?|RENAME)\\b.*");
    private static final Set<String> OF_FOREIGN_KEYS = Set.of("foreign", "references", "constraint", "rename");
    private static final Pattern OTHER_DDL = Pattern.compile("(?:CREATE|ALTER|DROP)\\b.*");
    private static final Pattern DATABASE = Pattern.compile("DROP\\s+(?:DATABASE|SCHEMA)\\b.*");
    private static final String NAME = "(?:`((?:[^`]|``)+)`|([\\w$\\x{80}-\\x{ffff}]+))";
    private static final Pattern TRUNCATE = Pattern.compile(
            "TRUNCATE\\s+(?:TABLE\\s+)?(?:" + NAME + "\\s*\\.\\s*)?" + NAME + "\\s*;?\\s*", Pattern.CASE_INSENSITIVE);
    private static final Pattern WORD =
            Pattern.compile("`((?:[^`]++|``)+)`|\"((?:[^\"]++|\"\")+)\"|([\\w$\\x{80}-\\x{10ffff}]+)");
    private static final Pattern COMMENT = Pattern.compile("/\\*(?!!).*?\\*/|(?:#|--\\s).*?(?:\\n|$)", Pattern.DOTALL);
    private static final Pattern CONDITIONAL = Pattern.compile("/\\*!\\d*|\\*/");
    private static final int HEAD = 400;

    LoggedStatement {
        words = Set.copyOf(words);
    }

    /**
     * Reads an event that holds one.
     *
     * @param moreHeader how many bytes it has before its text that others do not have
     */
    static LoggedStatement read(ByteReader body, int moreHeader) {
        body.skip(8);
        int databaseLength = body.u8();
        body.skip(2);
        int variables = body.u16();
        body.skip(moreHeader + variables);
        String database = body.text(databaseLength);
        body.skip(1);
        return of(body.text(body.remaining()), database);
    }

    static LoggedStatement of(String sql, String database) {
        switch (sql) {
            case "BEGIN" -> {
                return plain(Kind.BEGIN);
            }
            case "COMMIT" -> {
                return plain(Kind.COMMIT);
            }
            default -> {
                return other(sql, database);
            }
        }
    }

    private static LoggedStatement other(String sql, String database) {
        String text = CONDITIONAL
                .matcher(COMMENT.matcher(sql).replaceAll(" "))
                .replaceAll(" ")
                .strip();
        String head = text.substring(0, Math.min(HEAD, text.length()))
                .toUpperCase(Locale.ROOT)
                .replaceAll("\\s+", " ");
        if (head.startsWith("XA START") || head.startsWith("XA BEGIN")) {
            return plain(Kind.XA_BEGIN);
        }
        if (head.startsWith("XA COMMIT")) {
            return new LoggedStatement(
                    Kind.XA_COMMIT, text.substring("XA COMMIT".length()).strip(), Set.of());
        }
        if (head.startsWith("XA ROLLBACK")) {
            return new LoggedStatement(
                    Kind.XA_ROLLBACK, text.substring("XA ROLLBACK".length()).strip(), Set.of());
        }
        if (head.startsWith("ROLLBACK")) {
            return plain(head.startsWith("ROLLBACK TO") ? Kind.HARMLESS : Kind.ROLLBACK);
        }
        if (HARMLESS.matcher(head).matches()) {
            return plain(Kind.HARMLESS);
        }
        if (TRUNCATE.matcher(sql.strip()).matches()) {
            return new LoggedStatement(Kind.TRUNCATE, database, Set.of(sql.strip()));
        }
        Set<String> words = words(sql, text);
        if (DATABASE.matcher(head).matches()) {
            return new LoggedStatement(Kind.DROP_DATABASE, database, words);
        }
        if (TABLE.matcher(head).matches()) {
            boolean isOfKeys = REMOVING.matcher(head).matches() || !Collections.disjoint(words, OF_FOREIGN_KEYS);
            return new LoggedStatement(isOfKeys ? Kind.FOREIGN_KEYS : Kind.DDL, database, words);
        }
        return OTHER_DDL.matcher(head).matches()
                ? plain(Kind.HARMLESS)
                : new LoggedStatement(Kind.CHANGE, database, words);
    }

    /** The table that a TRUNCATE names. */
    TableRef truncated() {
        Matcher parts = TRUNCATE.matcher(words.iterator().next());
        if (kind != Kind.TRUNCATE || !parts.matches()) {
            throw new IllegalStateException("not a TRUNCATE");
        }
        String schema = name(parts, 1);
        return new TableRef(schema.isEmpty() ? database : schema, name(parts, 3));
    }

    /** Whether it may have touched this table. Where its text could not be decoded, a name beyond ASCII may be any. */
    boolean mayTouch(TableRef table) {
        if (kind == Kind.TRUNCATE) {
            TableRef named = truncated();
            return mayName(Set.of(folded(named.schema())), table.schema())
                    && mayName(Set.of(folded(named.name())), table.name());
        }
        return kind == Kind.DROP_DATABASE
                ? mayName(words, table.schema())
                : mayName(words, table.name()) && mayBeIn(table.schema());
    }

    private boolean mayBeIn(String schema) {
        return database.isEmpty() || folded(database).equals(folded(schema)) || mayName(words, schema);
    }

    /** The same where it is not known which database was the current one. */
    LoggedStatement inAnyDatabase() {
        return new LoggedStatement(kind, "", words);
    }

    /** Whether it may have changed rows by foreign keys of tables that it touches, or altered foreign keys that did so before. */
    boolean mayActOnForeignKeys() {
        return kind == Kind.CHANGE || kind == Kind.FOREIGN_KEYS || kind == Kind.DROP_DATABASE;
    }

    /** The same where the table that it names may be a temporary one: what it truncates is in doubt. */
    LoggedStatement ofAnyTable() {
        if (kind != Kind.TRUNCATE) {
            return this;
        }
        Set<String> names = new HashSet<>();
        words.forEach(sql -> addWords(sql, names));
        return new LoggedStatement(Kind.DDL, database, names);
    }

    private static boolean mayName(Set<String> words, String name) {
        return words.contains(folded(name))
                || !isAscii(name) && words.stream().anyMatch(word -> word.indexOf('\ufffd') >= 0);
    }

    /** Each letter by itself, as servers that do not tell names apart by case do it. */
    private static String folded(String name) {
        StringBuilder folded = new StringBuilder(name.length());
        name.chars().forEach(letter -> folded.append((char) Character.toLowerCase(letter)));
        return folded.toString();
    }

    private static LoggedStatement plain(Kind kind) {
        return new LoggedStatement(kind, "", Set.of());
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static String name(Matcher parts, int group) {
        String quoted = parts.group(group);
        String plain = parts.group(group + 1);
        return quoted != null ? quoted.replace("``", "`") : plain == null ? "" : plain;
    }

    /** A quote in a comment may hide the names behind it, and what looks like a comment in a text may be names. */
    private static Set<String> words(String sql, String withoutComments) {
        Set<String> words = new HashSet<>();
        addWords(sql, words);
        addWords(withoutComments, words);
        return words;
    }

    private static void addWords(String sql, Set<String> words) {
        Matcher word = WORD.matcher(sql);
        while (word.find()) {
            String quoted = word.group(1) != null ? word.group(1).replace("``", "`") : word.group(2);
            words.add(folded(quoted != null ? quoted : word.group()));
        }
    }
}
