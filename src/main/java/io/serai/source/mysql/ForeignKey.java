package io.serai.source.mysql;

import io.serai.change.TableRef;
import java.util.Set;

/**
 * A foreign key whose actions change rows of the table that has it. Immutable.
 *
 * @param child the table that has it
 * @param parent the table that it references
 * @param referenced the columns that it references
 * @param onUpdate whether a change of these columns changes rows of the child
 * @param onDelete whether a delete of the parent's row changes rows of the child
 */
record ForeignKey(TableRef child, TableRef parent, Set<String> referenced, boolean onUpdate, boolean onDelete) {
    ForeignKey {
        referenced = Set.copyOf(referenced);
    }
}
