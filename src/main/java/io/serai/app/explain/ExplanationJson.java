package io.serai.app.explain;

import io.serai.app.explain.Explanation.InTable;
import io.serai.bucket.BucketRow;
import io.serai.bucket.Checksum;
import io.serai.bucket.Lookup;
import io.serai.change.Json;
import io.serai.change.JsonReader;
import io.serai.storage.PlacedRow;
import io.serai.syncrules.QueryOutcome;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** An explanation as one JSON object. */
final class ExplanationJson {
    private ExplanationJson() {}

    static String of(Explanation explanation) {
        return object(
                        member("table", text(explanation.question().table())),
                        member("key", array(explanation.question().key(), Json.Text::new)),
                        member("sources", array(explanation.tables(), ExplanationJson::table)))
                .text();
    }

    private static Json table(InTable answer) {
        return object(
                member("source", text(answer.source())),
                member("table", text(answer.table())),
                member("key", answer.key()),
                member("replicated", word(answer.replication())),
                member("in_checkpoints", flag(answer.isShown())),
                member("incomplete", flag(answer.isIncomplete())),
                member("diverted", answer.diverted().map(ExplanationJson::text).orElse(Json.Literal.NULL)),
                member("row", answer.image().map(image -> (Json) image).orElse(Json.Literal.NULL)),
                member("buckets", array(answer.places(), ExplanationJson::place)),
                member("queries", array(answer.outcomes(), ExplanationJson::outcome)),
                member("notes", array(answer.notes(), Json.Text::new)));
    }

    private static Json place(PlacedRow.Place place) {
        return object(
                member("bucket", text(place.bucket().name())),
                member("table", text(place.table())),
                member("id", text(place.id())),
                member("checksum", number(Checksum.unsigned(place.checksum()))));
    }

    private static Json outcome(QueryOutcome outcome) {
        List<Json.Member> members = new ArrayList<>();
        members.add(member("query", text(outcome.query())));
        switch (outcome.result()) {
            case QueryOutcome.Places places -> {
                members.add(member("outcome", text("rows")));
                members.add(member("rows", array(places.rows(), ExplanationJson::row)));
            }
            case QueryOutcome.Lookups lookups -> {
                members.add(member("outcome", text("lookups")));
                members.add(member("lookups", array(lookups.entries(), ExplanationJson::lookup)));
            }
            case QueryOutcome.Failed failed -> {
                members.add(member("outcome", text("failed")));
                members.add(member("reason", text(failed.reason())));
            }
            case QueryOutcome.Missed missed -> members.add(member("outcome", word(missed)));
        }
        return new Json.Object(members);
    }

    private static Json row(BucketRow row) {
        return object(
                member("bucket", text(row.bucket().name())),
                member("table", text(row.row().table())),
                member("id", text(row.row().id())),
                member("checksum", number(Checksum.unsigned(row.row().checksum()))),
                member("data", JsonReader.read(new String(row.row().json(), StandardCharsets.UTF_8))));
    }

    private static Json lookup(Lookup lookup) {
        return object(member("key", JsonReader.read(lookup.key())), member("values", JsonReader.read(lookup.values())));
    }

    private static Json.Object object(Json.Member... members) {
        return new Json.Object(List.of(members));
    }

    private static Json.Member member(String name, Json value) {
        return new Json.Member(name, value);
    }

    private static <T> Json array(List<T> elements, Function<T, Json> json) {
        return new Json.Array(elements.stream().map(json).toList());
    }

    private static Json text(String text) {
        return new Json.Text(text);
    }

    private static Json flag(boolean flag) {
        return flag ? Json.Literal.TRUE : Json.Literal.FALSE;
    }

    private static Json number(long number) {
        return new Json.IntegerNumber(BigInteger.valueOf(number));
    }

    private static Json word(Enum<?> constant) {
        return text(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
