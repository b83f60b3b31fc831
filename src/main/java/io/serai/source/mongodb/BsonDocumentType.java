package io.serai.source.mongodb;

import io.serai.change.Column;
import io.serai.change.DocumentType;
import io.serai.change.Relation;
import io.serai.change.Row;
import io.serai.change.RowImage;
import io.serai.change.TableRef;
import io.serai.change.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The type of the column that holds a document as the server sent it. Thread-safe: layouts are a cache. */
final class BsonDocumentType implements DocumentType {
    static final String NAME = "bson";

    private static final int MAX_BYTES = 15 << 20;
    private static final int MAX_LEVELS = 21;
    private static final int MAX_LAYOUTS = 256;

    private final Map<Integer, DocumentLayout> layouts = new ConcurrentHashMap<>();

    /** The relation of a collection: the key, which is folded, and the document, which keeps its bytes. */
    static Relation relation(TableRef collection) {
        return new Relation(
                collection,
                List.of(new Column("_id", KeyType.KEY), new Column("document", new BsonDocumentType())),
                List.of(0));
    }

    /** The image of the document at {@code offset}, which has an {@code _id}. */
    static byte[] image(byte[] bytes, int offset) {
        BsonElements elements = new BsonElements(bytes, offset);
        if (!elements.find("_id")) {
            throw new IllegalArgumentException("a document without _id");
        }
        int length = BsonElements.int32(bytes, offset);
        RowImage.Builder image = new RowImage.Builder(4 + length / 16);
        byte[] key = DocumentKey.of(bytes, elements.type(), elements.value());
        image.add(key, 0, key.length);
        image.add(bytes, offset, length);
        return image.bytes();
    }

    /** An image of which only the key is known. */
    static byte[] keyImage(byte[] key) {
        RowImage.Builder image = new RowImage.Builder(4);
        image.add(key, 0, key.length);
        image.addUnknown();
        return image.bytes();
    }

    @Override
    public Optional<String> obstacle(byte[] document) {
        return document.length > MAX_BYTES
                ? Optional.of("The document has " + document.length + " bytes, most are " + MAX_BYTES)
                : obstacle(document, 0, 0);
    }

    /** The document as JSON text. */
    @Override
    public Value decode(byte[] document) {
        return new BsonJson(document, BsonElements.DOCUMENT, 0);
    }

    private static Optional<String> obstacle(byte[] bytes, int offset, int level) {
        BsonElements elements = new BsonElements(bytes, offset);
        while (elements.next()) {
            int nested = switch (elements.type()) {
                case BsonElements.DOCUMENT, BsonElements.ARRAY -> elements.value();
                case BsonElements.CODE_WITH_SCOPE ->
                    elements.value() + 8 + BsonElements.int32(bytes, elements.value() + 4);
                default -> -1;
            };
            if (nested >= 0) {
                if (level == MAX_LEVELS) {
                    return Optional.of("The document is nested deeper than " + MAX_LEVELS + " levels");
                }
                Optional<String> within = obstacle(bytes, nested, level + 1);
                if (within.isPresent()) {
                    return within;
                }
            } else if (elements.type() == BsonElements.DATE
                    && !BsonDate.isInRange(BsonElements.int64(bytes, elements.value()))) {
                return Optional.of("The document has a date beyond the range of years that a text can show");
            }
        }
        return Optional.empty();
    }

    @Override
    public Row row(TableRef table, byte[] document) {
        int fields = 0;
        byte[] types = new byte[16];
        int[] places = new int[16];
        byte[] names = new byte[128];
        int namesLength = 0;
        BsonElements elements = new BsonElements(document, 0);
        while (elements.next()) {
            int length = elements.nameEnd() + 1 - elements.nameStart();
            if (namesLength + length > names.length) {
                names = Arrays.copyOf(names, Math.max(2 * names.length, namesLength + length));
            }
            System.arraycopy(document, elements.nameStart(), names, namesLength, length);
            namesLength += length;
            if (fields == types.length) {
                types = Arrays.copyOf(types, 2 * fields);
                places = Arrays.copyOf(places, 2 * fields);
            }
            types[fields] = elements.type();
            places[fields++] = elements.value();
        }
        DocumentLayout layout = layout(table, document, names, namesLength);
        Value[] values = new Value[layout.relation().columns().size()];
        for (int i = 0; i < fields; i++) {
            values[layout.column(i)] = BsonValues.of(document, types[i], places[i]);
        }
        return new Row(layout.relation(), values);
    }

    private DocumentLayout layout(TableRef table, byte[] document, byte[] names, int length) {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + names[i];
        }
        DocumentLayout known = layouts.get(hash);
        if (known != null
                && known.fits(names, length)
                && known.relation().table().equals(table)) {
            return known;
        }
        List<String> fields = new ArrayList<>();
        BsonElements elements = new BsonElements(document, 0);
        while (elements.next()) {
            fields.add(elements.name());
        }
        DocumentLayout made = DocumentLayout.of(table, Arrays.copyOf(names, length), fields);
        if (layouts.size() >= MAX_LAYOUTS) {
            layouts.clear();
        }
        layouts.put(hash, made);
        return made;
    }

    @Override
    public String encoded() {
        return NAME;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BsonDocumentType;
    }

    @Override
    public int hashCode() {
        return NAME.hashCode();
    }
}
