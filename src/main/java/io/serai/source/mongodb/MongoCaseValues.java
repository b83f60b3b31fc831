package io.serai.source.mongodb;

import static io.serai.syncrules.cases.CaseMembers.text;

import io.serai.change.Json;
import io.serai.change.RowImage;
import io.serai.change.TableRef;
import io.serai.syncrules.cases.CaseValue;
import io.serai.syncrules.cases.SourceValues;
import java.util.HexFormat;
import java.util.Optional;

/** The rows of cases of category {@code types}: a document in hexadecimal {@code bson}. Immutable and thread-safe. */
public final class MongoCaseValues implements SourceValues {
    private static final TableRef COLLECTION = new TableRef("", "t");

    @Override
    public CaseValue read(Json.Object input) {
        byte[] document = HexFormat.of().parseHex(text(input, "bson"));
        RowImage image = new RowImage(BsonDocumentType.relation(COLLECTION), BsonDocumentType.image(document, 0));
        Optional<String> obstacle = image.obstacle();
        return obstacle.isPresent() ? new CaseValue.Refused(obstacle.get()) : new CaseValue.OfRow(image.row());
    }
}
