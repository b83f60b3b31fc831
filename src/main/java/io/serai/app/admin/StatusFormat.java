package io.serai.app.admin;

/** How a status is written. */
public enum StatusFormat {
    /** For people. */
    TEXT,
    /** One JSON object on one line, for scripts. */
    JSON
}
