package io.serai.source.mongodb;

/** What becomes of {@code changeStreamPreAndPostImages} of the collections that are replicated; the names are those of PowerSync's service. */
public enum PostImages {
    /** The collections stay as they are, and changed documents are read again. */
    OFF,
    /** It is switched on where it is not. */
    AUTO_CONFIGURE,
    /** The collections stay as they are; one that has it not stops the start. */
    READ_ONLY
}
