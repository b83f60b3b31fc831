package io.serai.source;

/** What becomes of a source whose log does not go on from the stored position. */
public enum OnLostHistory {
    /** It is copied again at once; what was copied before is served until that is consistent. */
    RESNAPSHOT,
    /** It stops and says so until somebody mends it. */
    WAIT
}
