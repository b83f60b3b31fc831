package io.serai.syncrules.random;

import java.util.List;
import java.util.stream.Collectors;

/** A piece of a query as sync rules write it and as Postgres takes it. Immutable. */
record Texts(String rules, String select) {
    static Texts same(String text) {
        return new Texts(text, text);
    }

    /** Both forms with each {@code ?} of a template replaced by the next part. */
    static Texts of(String rules, String select, Texts... parts) {
        StringBuilder ofRules = new StringBuilder(rules);
        StringBuilder ofSelect = new StringBuilder(select);
        int inRules = 0;
        int inSelect = 0;
        for (Texts part : parts) {
            inRules = replaceNext(ofRules, inRules, part.rules);
            inSelect = replaceNext(ofSelect, inSelect, part.select);
        }
        return new Texts(ofRules.toString(), ofSelect.toString());
    }

    static Texts of(String template, Texts... parts) {
        return of(template, template, parts);
    }

    static Texts join(String separator, List<Texts> parts) {
        return new Texts(
                parts.stream().map(Texts::rules).collect(Collectors.joining(separator)),
                parts.stream().map(Texts::select).collect(Collectors.joining(separator)));
    }

    private static int replaceNext(StringBuilder template, int from, String part) {
        int place = template.indexOf("?", from);
        template.replace(place, place + 1, part);
        return place + part.length();
    }
}
