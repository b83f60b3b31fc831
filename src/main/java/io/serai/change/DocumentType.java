package io.serai.change;

import java.util.Optional;

/** The type of a column that holds a whole row, as schemaless sources send it: the fields of the document are the columns of the row. */
public interface DocumentType extends ColumnType {
    /** Why the document cannot be a row, without row data; empty when it can. */
    Optional<String> obstacle(byte[] document);

    /** The row of a document; of one with an {@link #obstacle}, as much as can be shown. */
    Row row(TableRef table, byte[] document);
}
