package io.serai.syncrules.parser;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The tokens of a query and the place that a parser has reached. Confined to one thread. */
final class SqlTokens {
    private final List<SqlToken> tokens;
    private final int length;
    private final Set<Span> names = new HashSet<>();
    private int at;

    /** Tokens of a query of {@code length} units; the last one is an END. */
    SqlTokens(List<SqlToken> tokens, int length) {
        this.tokens = tokens;
        this.length = length;
    }

    /** The whole query. */
    Span whole() {
        return new Span(0, length);
    }

    SqlToken peek() {
        return tokens.get(at);
    }

    /** The token {@code ahead} places behind the next one, or the END. */
    SqlToken peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    SqlToken next() {
        SqlToken token = tokens.get(at);
        if (at < tokens.size() - 1) {
            at++;
        }
        return token;
    }

    /** Where the token before the next one ends. */
    int lastEnd() {
        return at == 0 ? 0 : tokens.get(at - 1).span().end();
    }

    /** The empty place where the token before the next one ends. */
    Span lastSpan() {
        return new Span(lastEnd(), lastEnd());
    }

    boolean acceptSign(String sign) {
        return accept(peek().isSign(sign));
    }

    boolean acceptKeyword(String word) {
        return accept(peek().isKeyword(word));
    }

    boolean acceptWord(String word) {
        return accept(peek().isWord(word));
    }

    private boolean accept(boolean matches) {
        if (matches) {
            next();
        }
        return matches;
    }

    void expectSign(String sign) {
        if (!acceptSign(sign)) {
            throw unexpected("\"" + sign + "\"");
        }
    }

    void expectKeyword(String word) {
        if (!acceptKeyword(word)) {
            throw unexpected(word.toUpperCase(Locale.ROOT));
        }
    }

    /** The next token, which must be a name; {@code what} says which one. */
    SqlToken expectName(String what) {
        if (!peek().isName()) {
            throw unexpected(what);
        }
        return next();
    }

    /** The text of a token that names a table, a column or an alias; functions and types are read in any case. */
    String named(SqlToken token) {
        names.add(token.span());
        return token.text();
    }

    /** Whether the token there was said to name something. */
    boolean isNamed(Span span) {
        return names.contains(span);
    }

    SqlSyntaxException unexpected(String expected) {
        SqlToken token = peek();
        String hint = token.kind() == SqlToken.Kind.KEYWORD ? "; a reserved word is a name only in double quotes" : "";
        Span span = token.kind() == SqlToken.Kind.END ? whole() : token.span();
        return new SqlSyntaxException("expected " + expected + ", found " + token.quoted() + hint, span);
    }
}
