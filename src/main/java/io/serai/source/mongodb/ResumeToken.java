package io.serai.source.mongodb;

import java.util.Base64;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/** The token of an event, a document with an opaque text and sometimes a few bits beside it, as text without blanks. */
final class ResumeToken {
    private static final String DATA = "_data";
    private static final String RAW = "bson:";

    private ResumeToken() {}

    /** The text of the token at {@code offset}. */
    static String text(byte[] bytes, int offset) {
        BsonElements elements = new BsonElements(bytes, offset);
        boolean isPlain = elements.next() && elements.isNamed(DATA) && elements.type() == BsonElements.STRING;
        String data = isPlain ? elements.text() : "";
        if (isPlain && !elements.next()) {
            return data;
        }
        byte[] raw = new byte[BsonElements.int32(bytes, offset)];
        System.arraycopy(bytes, offset, raw, 0, raw.length);
        return RAW + Base64.getEncoder().encodeToString(raw);
    }

    /** The token with this text. */
    static BsonDocument parse(String text) {
        return text.startsWith(RAW)
                ? new RawBsonDocument(Base64.getDecoder().decode(text.substring(RAW.length())))
                : new BsonDocument(DATA, new BsonString(text));
    }

    /**
     * The cluster time of the token at {@code offset}: the text is hexadecimal digits, or the value is bytes, of which the first says that a timestamp
     * follows, big-endian (MongoDB 6.0, src/mongo/db/pipeline/resume_token.cpp and db/storage/key_string.cpp).
     */
    static long time(byte[] bytes, int offset) {
        BsonElements elements = new BsonElements(bytes, offset);
        if (!elements.find(DATA)) {
            throw new IllegalStateException("a resume token without data");
        }
        if (elements.type() == BsonElements.STRING) {
            return Long.parseUnsignedLong(elements.text(), 2, 18, 16);
        }
        if (elements.type() == BsonElements.BINARY) {
            BsonBinary binary = new RawBsonDocument(bytes, offset, BsonElements.int32(bytes, offset)).getBinary(DATA);
            long time = 0;
            for (int i = 1; i <= Long.BYTES; i++) {
                time = time << 8 | binary.getData()[i] & 0xff;
            }
            return time;
        }
        throw new IllegalStateException("a resume token of an unknown form");
    }
}
