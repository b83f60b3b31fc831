package io.serai.config;

/** What becomes of a source whose history is lost. */
public enum LostHistory {
    /** It is copied again; what was copied before is served until then. */
    RESNAPSHOT,
    /** It stops until somebody mends it. */
    WAIT
}
