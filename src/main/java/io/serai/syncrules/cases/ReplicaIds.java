package io.serai.syncrules.cases;

import io.serai.change.Json;
import io.serai.change.Value;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The replica ids and subkeys of spec.md, section 15. This program's own subkeys ({@link io.serai.bucket.Subkey}) have the same property but
 * another form; these are here to compare storages.
 */
final class ReplicaIds {
    private static final UUID NAMESPACE = UUID.fromString("a396dd91-09fc-4017-a28d-3df722f651e9");
    private static final int UUID_SUB_TYPE = 4;

    private ReplicaIds() {}

    /** The replica id of a row of Postgres or MySQL. */
    static Json.Object ofColumns(String tableId, Json.Object keyColumns) {
        Bson bson = new Bson();
        for (Json.Member column : keyColumns.members()) {
            Value value = TypedValues.value(column.value());
            bson.add(column.name(), value);
        }
        UUID uuid = nameBased(bson.document());
        return new Json.Object(List.of(
                member("bson", HexFormat.of().formatHex(bson.document())),
                member("uuid", uuid.toString()),
                member("subkey", tableId + "/" + uuid)));
    }

    /** The subkey of a document of MongoDB. */
    static Json.Object ofDocument(String tableId, boolean tableIdIsObjectId, Json sourceId) {
        Optional<UUID> uuid = uuid(sourceId);
        if (uuid.isPresent()) {
            return new Json.Object(List.of(member("subkey", tableId + "/" + uuid.get())));
        }
        Json.Text text = new Json.Text(tableId);
        Json table = tableIdIsObjectId ? new Json.Object(List.of(new Json.Member("$oid", text))) : text;
        byte[] document = new Bson()
                .addExtended("table", table)
                .addExtended("id", sourceId)
                .document();
        return new Json.Object(List.of(
                member("bson", HexFormat.of().formatHex(document)),
                member("subkey", nameBased(document).toString())));
    }

    private static Optional<UUID> uuid(Json sourceId) {
        if (sourceId instanceof Json.Object object
                && object.get("$binary") instanceof Json.Object binary
                && binary.get("subType") instanceof Json.Text subType
                && binary.get("base64") instanceof Json.Text base64
                && Integer.parseInt(subType.value(), 16) == UUID_SUB_TYPE) {
            ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64.value()));
            if (bytes.remaining() == 2 * Long.BYTES) {
                return Optional.of(new UUID(bytes.getLong(), bytes.getLong()));
            }
        }
        return Optional.empty();
    }

    /** A UUID of version 5 (RFC 9562, section 5.5). */
    private static UUID nameBased(byte[] name) {
        MessageDigest sha1;
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
        sha1.update(ByteBuffer.allocate(16)
                .putLong(NAMESPACE.getMostSignificantBits())
                .putLong(NAMESPACE.getLeastSignificantBits())
                .array());
        ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name));
        long high = hash.getLong() & ~0xf000L | 0x5000L;
        long low = hash.getLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    private static Json.Member member(String name, String text) {
        return new Json.Member(name, new Json.Text(text));
    }
}
