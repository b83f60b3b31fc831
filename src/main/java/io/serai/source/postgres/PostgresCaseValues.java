package io.serai.source.postgres;

import static io.serai.syncrules.cases.CaseMembers.integer;
import static io.serai.syncrules.cases.CaseMembers.object;
import static io.serai.syncrules.cases.CaseMembers.objects;
import static io.serai.syncrules.cases.CaseMembers.text;
import static io.serai.syncrules.cases.CaseMembers.textOr;

import io.serai.change.Json;
import io.serai.change.Value;
import io.serai.source.postgres.CompositeType.Attribute;
import io.serai.syncrules.cases.CaseValue;
import io.serai.syncrules.cases.SourceValues;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The values of cases of category {@code types}: a text form ({@code wire}, null for NULL) of the type with an {@code oid}, which is one of the
 * server's own or described in {@code customTypes}. Immutable and thread-safe.
 */
public final class PostgresCaseValues implements SourceValues {
    private static final int MAX_DEPTH = 100;

    @Override
    public CaseValue read(Json.Object input) {
        PostgresType type = type(input);
        return new CaseValue.OfColumn(
                input.get("wire") == Json.Literal.NULL
                        ? Value.NULL
                        : type.decode(text(input, "wire").getBytes(StandardCharsets.UTF_8)));
    }

    static PostgresType type(Json.Object input) {
        Json.Object custom =
                input.get("customTypes") == null ? new Json.Object(List.of()) : object(input, "customTypes");
        return new Described(custom).type(integer(input, "oid"), 0);
    }

    /** Builds the types that a case describes by their oids. */
    private record Described(Json.Object custom) {
        PostgresType type(long oid, int depth) {
            String name = Long.toString(oid);
            if (custom.get(name) == null) {
                return BuiltInTypes.of(oid);
            }
            if (depth == MAX_DEPTH) {
                throw new IllegalArgumentException("the case's type " + oid + " contains itself");
            }
            Json.Object type = object(custom, name);
            return switch (text(type, "kind")) {
                case "domain" -> new DomainType(part(type, "base", depth));
                case "range" -> new RangeType(part(type, "subtype", depth));
                case "multirange" -> new MultirangeType(new RangeType(part(type, "subtype", depth)));
                case "array" -> new ArrayType(part(type, "element", depth), delimiter(type), true);
                case "composite" ->
                    new CompositeType(objects(type, "members").stream()
                            .map(member -> new Attribute(text(member, "name"), part(member, "oid", depth)))
                            .toList());
                default ->
                    throw new IllegalArgumentException(
                            "the case's type " + oid + " is of the unknown kind \"" + text(type, "kind") + "\"");
            };
        }

        private PostgresType part(Json.Object owner, String name, int depth) {
            return type(integer(owner, name), depth + 1);
        }

        private static char delimiter(Json.Object array) {
            String delimiter = textOr(array, "delimiter", ",");
            if (delimiter.length() != 1) {
                throw new IllegalArgumentException("the case's member \"delimiter\" is not one character");
            }
            return delimiter.charAt(0);
        }
    }
}
