package io.serai.api.sync;

import io.serai.change.Json;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes the lines of two services comparable. Taken out is what is a service's own and opaque to clients: an op id becomes its place in its bucket, the number
 * before a bucket's name and subkeys go, and so do the checksums of REMOVEs, which are of subkeys: from the bucket's checksum, too, of which all else stays. Operations of
 * one line are ordered by what they are, as the rows of a copy come in any order.
 */
final class ComparableLines {
    private static final long CHECKSUMS = 1L << 32;

    /** By bucket and op id: the checksums of REMOVEs, and 0 for other operations. */
    private final Map<String, NavigableMap<Long, Long>> operations = new HashMap<>();

    private final Map<String, String> names = new HashMap<>();

    /** Takes note of all operations of these lines; they are all that there will be. */
    void learn(List<Json.Object> lines) {
        for (Json.Object line : lines) {
            if (line.get("data") instanceof Json.Object data) {
                String bucket = text(data, "bucket");
                names.put(shortName(bucket), bucket);
                NavigableMap<Long, Long> known = operations.computeIfAbsent(shortName(bucket), b -> new TreeMap<>());
                for (Json operation : operations(data)) {
                    Json.Object members = (Json.Object) operation;
                    known.put(
                            Long.parseLong(text(members, "op_id")),
                            isRemove(members) ? number(members, "checksum") : 0);
                }
            }
        }
    }

    /** The bucket's whole name here. */
    String name(String bucket) {
        return Objects.requireNonNull(names.get(bucket));
    }

    /** How many operations the bucket has up to this one. */
    int place(String bucket, long opId) {
        return of(bucket).headMap(opId, true).size();
    }

    /** The operation up to which the bucket has so many. */
    long idAt(String bucket, int place) {
        return List.copyOf(of(bucket).keySet()).get(place - 1);
    }

    /** The lines without what is opaque. */
    List<String> of(List<Json.Object> lines) {
        return lines.stream().map(line -> comparable(line).text()).toList();
    }

    /** A line is an object of one member, its kind. */
    private Json comparable(Json.Object line) {
        Json.Member kind = line.members().getFirst();
        Json.Object content = (Json.Object) kind.value();
        String bucket = content.get("bucket") instanceof Json.Text name ? shortName(name.value()) : "";
        return Json.object(kind.name(), with(content, (name, value) -> switch (name) {
            case "last_op_id" -> new Json.Text("?");
            case "bucket" -> new Json.Text(bucket);
            case "after", "next_after" -> Json.number(place(bucket, opId(value)));
            case "buckets", "updated_buckets" ->
                new Json.Array(((Json.Array) value)
                        .elements().stream()
                                .map(each -> bucket((Json.Object) each, opId(content.get("last_op_id"))))
                                .toList());
            case "data" ->
                new Json.Array(((Json.Array) value)
                        .elements().stream()
                                .map(each -> operation((Json.Object) each))
                                .sorted(Comparator.comparing(Json::text))
                                .toList());
            default -> value;
        }));
    }

    private Json bucket(Json.Object bucket, long lastOpId) {
        String shortName = shortName(text(bucket, "bucket"));
        long ofRemoves = of(shortName).headMap(lastOpId, true).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return with(bucket, (name, value) -> switch (name) {
            case "bucket" -> new Json.Text(shortName);
            case "checksum" -> Json.number(Math.floorMod(number(bucket, "checksum") - ofRemoves, CHECKSUMS));
            default -> value;
        });
    }

    private static Json operation(Json.Object operation) {
        boolean isRemove = isRemove(operation);
        return with(operation, (name, value) -> switch (name) {
            case "op_id", "subkey" -> new Json.Text("?");
            case "checksum" -> isRemove ? new Json.Text("?") : value;
            default -> value;
        });
    }

    private static Json with(Json.Object object, BiFunction<String, Json, Json> change) {
        return new Json.Object(object.members().stream()
                .map(member -> new Json.Member(member.name(), change.apply(member.name(), member.value())))
                .toList());
    }

    private NavigableMap<Long, Long> of(String bucket) {
        return Objects.requireNonNull(operations.get(bucket));
    }

    private static String shortName(String bucket) {
        return bucket.substring(bucket.indexOf('#') + 1);
    }

    private static boolean isRemove(Json.Object operation) {
        return text(operation, "op").equals("REMOVE");
    }

    private static long opId(@Nullable Json json) {
        return Long.parseLong(((Json.Text) Objects.requireNonNull(json)).value());
    }

    static String text(Json.Object object, String name) {
        return ((Json.Text) Objects.requireNonNull(object.get(name))).value();
    }

    private static long number(Json.Object object, String name) {
        return ((Json.IntegerNumber) Objects.requireNonNull(object.get(name)))
                .value()
                .longValueExact();
    }

    static List<Json> operations(Json.Object data) {
        return ((Json.Array) Objects.requireNonNull(data.get("data"))).elements();
    }
}
