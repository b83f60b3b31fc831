package io.serai.route;

import java.util.Map;

/** The bean of the example in docs/routes.md. */
public final class TitleLength {
    /** Adds a column. */
    public Map<String, Object> add(Map<String, Object> row) {
        row.put("title_length", String.valueOf(row.get("title")).length());
        return row;
    }
}
