package io.serai.source.mongodb;

import io.serai.change.ColumnType;
import io.serai.change.Value;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** The type of the key column: {@link DocumentKey}'s text, whose value is that of the {@code _id}. */
enum KeyType implements ColumnType {
    KEY;

    static final String NAME = "key";

    @Override
    public Value decode(byte[] key) {
        BsonDocument document = new BsonDocument("_id", DocumentKey.value(key));
        byte[] bytes = new RawBsonDocument(document, new BsonDocumentCodec())
                .getByteBuffer()
                .array();
        BsonElements elements = new BsonElements(bytes, 0);
        elements.next();
        return BsonValues.of(bytes, elements.type(), elements.value());
    }

    @Override
    public String encoded() {
        return NAME;
    }
}
