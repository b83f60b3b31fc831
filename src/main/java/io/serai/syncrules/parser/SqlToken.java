package io.serai.syncrules.parser;

import java.util.Locale;

/**
 * A word or sign of a query. Immutable.
 *
 * @param text the folded name of a word, the decoded text of a string or quoted name, else what is written
 */
record SqlToken(Kind kind, String text, Span span) {
    /** What a token is. */
    enum Kind {
        /** A reserved word, in lower case. */
        KEYWORD,
        /** An unquoted name, folded to lower case. */
        NAME,
        /** A name in double quotes. */
        QUOTED_NAME,
        /** A string. */
        STRING,
        /** A number without a point. */
        INTEGER,
        /** A number with a point. */
        DECIMAL,
        /** An operator or a sign. */
        SIGN,
        /** Behind the last one. */
        END
    }

    boolean isKeyword(String word) {
        return kind == Kind.KEYWORD && text.equals(word);
    }

    boolean isSign(String sign) {
        return kind == Kind.SIGN && text.equals(sign);
    }

    boolean isName() {
        return kind == Kind.NAME || kind == Kind.QUOTED_NAME;
    }

    /** Whether it is this word, reserved or not. */
    boolean isWord(String word) {
        return (kind == Kind.KEYWORD || kind == Kind.NAME) && text.equals(word);
    }

    /** The token as a message quotes it. */
    String quoted() {
        return switch (kind) {
            case END -> "the end of the query";
            case STRING -> "the string '" + text + "'";
            case KEYWORD -> "the keyword " + text.toUpperCase(Locale.ROOT);
            default -> "\"" + text + "\"";
        };
    }
}
