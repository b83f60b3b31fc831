package io.serai.change;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a JSON document strictly (RFC 8259) and exactly. Two members of one object with the same name must be equal, and count once; more
 * than {@value #MAX_DEPTH} levels are refused, or fewer where the caller says so: reading takes a piece of the thread's stack for each.
 */
public final class JsonReader {
    /** Most levels of arrays and objects. */
    public static final int MAX_DEPTH = 1_000;

    private static final int FEW_MEMBERS = 12;

    private final String text;
    private final int maxDepth;
    private int at;
    private int depth;

    private JsonReader(String text, int maxDepth) {
        this.text = text;
        this.maxDepth = maxDepth;
    }

    /**
     * The document that {@code text} holds.
     *
     * @throws JsonSyntaxException when it is not JSON
     */
    public static Json read(String text) {
        return read(text, MAX_DEPTH);
    }

    /**
     * The document that {@code text} holds, if it has no more levels than these.
     *
     * @throws JsonSyntaxException when it has more, or is not JSON
     */
    public static Json read(String text, int maxDepth) {
        JsonReader reader = new JsonReader(text, maxDepth);
        Json json = reader.value();
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.unexpected("the end");
        }
        return json;
    }

    private Json value() {
        skipSpace();
        if (at >= text.length()) {
            throw unexpected("a value");
        }
        char c = text.charAt(at);
        return switch (c) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new Json.Text(string());
            case 't' -> word("true", Json.Literal.TRUE);
            case 'f' -> word("false", Json.Literal.FALSE);
            case 'n' -> word("null", Json.Literal.NULL);
            default -> {
                if (c != '-' && !isDigit(c)) {
                    throw unexpected("a value");
                }
                yield number();
            }
        };
    }

    private Json object() {
        enter();
        List<Json.Member> members = new ArrayList<>();
        Map<String, Json> many = new HashMap<>();
        skipSpace();
        if (peek() == '}') {
            at++;
        } else {
            do {
                skipSpace();
                if (peek() != '"') {
                    throw unexpected("a member's name");
                }
                int start = at;
                String name = string();
                skipSpace();
                expect(':');
                addMember(members, many, new Json.Member(name, value()), start);
                skipSpace();
            } while (accept(','));
            expect('}');
        }
        depth--;
        return new Json.Object(members);
    }

    private void addMember(List<Json.Member> members, Map<String, Json> many, Json.Member member, int start) {
        Json earlier = null;
        if (members.size() < FEW_MEMBERS) {
            for (Json.Member other : members) {
                if (other.name().equals(member.name())) {
                    earlier = other.value();
                }
            }
        } else {
            if (many.isEmpty()) {
                members.forEach(other -> many.put(other.name(), other.value()));
            }
            earlier = many.put(member.name(), member.value());
        }
        if (earlier == null) {
            members.add(member);
        } else if (!earlier.equals(member.value())) {
            throw new JsonSyntaxException("a member's name appears twice with different values", start);
        }
    }

    private Json array() {
        enter();
        List<Json> elements = new ArrayList<>();
        skipSpace();
        if (peek() == ']') {
            at++;
        } else {
            do {
                elements.add(value());
                skipSpace();
            } while (accept(','));
            expect(']');
        }
        depth--;
        return new Json.Array(elements);
    }

    private void enter() {
        if (++depth > maxDepth) {
            throw new JsonSyntaxException("more than " + maxDepth + " levels", at);
        }
        at++;
    }

    private String string() {
        int start = ++at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '"') {
                return text.substring(start, at++);
            }
            if (c == '\\') {
                return escapedString(start);
            }
            if (c < ' ') {
                throw unexpected("no control character in a string");
            }
            at++;
        }
        throw unexpected("the end of the string");
    }

    private String escapedString(int start) {
        StringBuilder out = new StringBuilder(text.length() - start).append(text, start, at);
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c < ' ') {
                throw unexpected("no control character in a string");
            }
            at++;
            if (c == '"') {
                return out.toString();
            }
            out.append(c == '\\' ? escape() : c);
        }
        throw unexpected("the end of the string");
    }

    private char escape() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw unexpected("an escape");
            }
        };
    }

    private char unicode() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = at < text.length() && text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), 16) : -1;
            if (digit < 0) {
                throw unexpected("four hexadecimal digits");
            }
            unit = unit << 4 | digit;
            at++;
        }
        return (char) unit;
    }

    private Json number() {
        int start = at;
        accept('-');
        if (peek() == '0') {
            at++;
        } else {
            digits();
        }
        boolean real = false;
        if (accept('.')) {
            real = true;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            real = true;
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits();
        }
        String token = text.substring(start, at);
        return real
                ? new Json.RealNumber(Double.parseDouble(token))
                : new Json.IntegerNumber(
                        token.length() < 19 ? BigInteger.valueOf(Long.parseLong(token)) : new BigInteger(token));
    }

    private void digits() {
        if (!isDigit(peek())) {
            throw unexpected("a digit");
        }
        while (isDigit(peek())) {
            at++;
        }
    }

    private Json word(String word, Json meaning) {
        if (!text.startsWith(word, at)) {
            throw unexpected("a value");
        }
        at += word.length();
        return meaning;
    }

    private void skipSpace() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
                return;
            }
            at++;
        }
    }

    /** The next character, or 0 at the end. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean accept(char expected) {
        if (at < text.length() && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char expected) {
        if (!accept(expected)) {
            throw unexpected("\"" + expected + "\"");
        }
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private JsonSyntaxException unexpected(String expected) {
        return new JsonSyntaxException("expected " + expected, at);
    }
}
