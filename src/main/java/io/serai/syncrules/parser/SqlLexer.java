package io.serai.syncrules.parser;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Cuts a query into tokens, as Postgres does. Confined to one thread. */
final class SqlLexer {
    /** Words that Postgres reserves (manual of version 17, appendix C), so that they are names only in quotes. */
    private static final Set<String> KEYWORDS = Set.of("""
            all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
            concurrently constraint create cross current_catalog current_date current_role current_schema current_time
            current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign
            freeze from full grant group having ilike in initially inner intersect into is isnull join lateral leading left
            like limit localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing
            primary references returning right select session_user similar some symmetric table tablesample then to
            trailing true union unique user using variadic verbose when where window with""".split("\\s+"));

    private static final Set<String> PAIRS =
            Set.of("<>", "!=", "<=", ">=", "||", "&&", "->", "::", "<<", ">>", "==", "@>", "<@", "!~", "~*", "#-");

    private final String text;
    private final List<SqlToken> tokens = new ArrayList<>();
    private final List<Span> mixedCaseWords = new ArrayList<>();
    private int at;

    private SqlLexer(String text) {
        this.text = text;
    }

    /** The tokens of a query, the last one an END, and the words that hold upper case and are not reserved. */
    static Tokens tokens(String text) {
        SqlLexer lexer = new SqlLexer(text);
        lexer.read();
        return new Tokens(lexer.tokens, lexer.mixedCaseWords);
    }

    record Tokens(List<SqlToken> tokens, List<Span> mixedCaseWords) {}

    private void read() {
        skipSpace();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isDigit(c) || (c == '.' && isDigit(peek(1)))) {
                number();
            } else if ((c == 'e' || c == 'E') && peek(1) == '\'') {
                escapedString();
            } else if (isNameStart(c)) {
                word();
            } else if (c == '\'') {
                add(SqlToken.Kind.STRING, quoted('\''), at);
            } else if (c == '"') {
                quotedName();
            } else {
                sign();
            }
            skipSpace();
        }
        tokens.add(new SqlToken(SqlToken.Kind.END, "", new Span(text.length(), text.length())));
    }

    private int start;

    private void add(SqlToken.Kind kind, String value, int end) {
        tokens.add(new SqlToken(kind, value, new Span(start, end)));
        at = end;
    }

    private void number() {
        start = at;
        int end = at;
        while (isDigit(charAt(end))) {
            end++;
        }
        boolean decimal = charAt(end) == '.';
        if (decimal) {
            end++;
            while (isDigit(charAt(end))) {
                end++;
            }
        }
        if (isNameStart(charAt(end))) {
            throw new SqlSyntaxException(
                    "a number has digits and at most one point; exponents and units are not allowed",
                    new Span(start, end + 1));
        }
        add(decimal ? SqlToken.Kind.DECIMAL : SqlToken.Kind.INTEGER, text.substring(start, end), end);
    }

    private void word() {
        start = at;
        int end = at;
        while (isNameStart(charAt(end)) || isDigit(charAt(end)) || charAt(end) == '$') {
            end++;
        }
        String written = text.substring(start, end);
        String folded = written.toLowerCase(Locale.ROOT);
        boolean keyword = KEYWORDS.contains(folded);
        if (!keyword && !written.equals(folded)) {
            mixedCaseWords.add(new Span(start, end));
        }
        add(keyword ? SqlToken.Kind.KEYWORD : SqlToken.Kind.NAME, folded, end);
    }

    private void quotedName() {
        String name = quoted('"');
        if (name.isEmpty()) {
            throw new SqlSyntaxException("a quoted name cannot be empty", new Span(start, at));
        }
        add(SqlToken.Kind.QUOTED_NAME, name, at);
    }

    /** Reads text in quotes, in which the quote is doubled; moves behind it. */
    private String quoted(char quote) {
        start = at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != quote) {
                value.append(c);
            } else if (charAt(at) == quote) {
                value.append(quote);
                at++;
            } else {
                return value.toString();
            }
        }
        throw new SqlSyntaxException("this text has no closing " + quote, new Span(start, text.length()));
    }

    private void escapedString() {
        start = at;
        at += 2;
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\'' && charAt(at) != '\'') {
                add(SqlToken.Kind.STRING, value.toString(), at);
                return;
            }
            if (c == '\'') {
                at++;
                value.append(c);
            } else if (c == '\\' && at < text.length()) {
                escape(value);
            } else {
                value.append(c);
            }
        }
        throw new SqlSyntaxException("this text has no closing '", new Span(start, text.length()));
    }

    private void escape(StringBuilder value) {
        char c = text.charAt(at++);
        switch (c) {
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case 't' -> value.append('\t');
            case 'u' -> codePoint(value, 4);
            case 'U' -> codePoint(value, 8);
            case 'x' -> codePoint(value, 2);
            default -> value.append(c);
        }
    }

    private void codePoint(StringBuilder value, int digits) {
        int end = Math.min(at + digits, text.length());
        int codePoint = 0;
        for (int i = at; i < end; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            codePoint = digit < 0 || codePoint < 0 ? -1 : codePoint << 4 | digit;
        }
        if (end - at < digits || !Character.isValidCodePoint(codePoint)) {
            throw new SqlSyntaxException(
                    "this escape needs " + digits + " hexadecimal digits of a character", new Span(at - 2, end));
        }
        value.appendCodePoint(codePoint);
        at = end;
    }

    private void sign() {
        start = at;
        char c = text.charAt(at);
        if (text.startsWith("->>", at)) {
            add(SqlToken.Kind.SIGN, "->>", at + 3);
        } else if (at + 1 < text.length() && PAIRS.contains(text.substring(at, at + 2))) {
            add(SqlToken.Kind.SIGN, text.substring(at, at + 2), at + 2);
        } else if ("()[],;.=<>+-*/%^&|~#@".indexOf(c) >= 0) {
            add(SqlToken.Kind.SIGN, String.valueOf(c), at + 1);
        } else if (c == '$') {
            throw new SqlSyntaxException("parameters such as $1 are not supported", new Span(at, at + 1));
        } else {
            int end = at + Character.charCount(text.codePointAt(at));
            throw new SqlSyntaxException("\"" + text.substring(at, end) + "\" has no meaning here", new Span(at, end));
        }
    }

    private void skipSpace() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("--", at)) {
                int lineBreak = text.indexOf('\n', at);
                at = lineBreak < 0 ? text.length() : lineBreak + 1;
            } else if (text.startsWith("/*", at)) {
                skipComment();
            } else {
                return;
            }
        }
    }

    /** Steps over a block comment, which may hold others. */
    private void skipComment() {
        int begin = at;
        int depth = 0;
        while (at < text.length()) {
            if (text.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (text.startsWith("*/", at)) {
                at += 2;
                if (--depth == 0) {
                    return;
                }
            } else {
                at++;
            }
        }
        throw new SqlSyntaxException("this comment has no closing */", new Span(begin, text.length()));
    }

    private char peek(int ahead) {
        return charAt(at + ahead);
    }

    private char charAt(int index) {
        return index < text.length() ? text.charAt(index) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }
}
