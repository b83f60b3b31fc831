package io.serai.source;

/** What an operator may ask for a table whose rows are stored. Later ones include what earlier ones do. */
public enum Repair {
    /** Its rows that are listed as diverted or refused go through the route again. */
    RETRY,
    /** All its stored rows go through the route again. */
    RESYNC,
    /** It is read again from the database, beside the stream. */
    COPY
}
