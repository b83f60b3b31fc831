package io.serai.source.mongodb;

import io.serai.change.TableRef;
import io.serai.source.TableSelection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All collections of one database. */
record Everything(String database) implements TableSelection {
    @Override
    public boolean isWanted(TableRef table) {
        return table.schema().equals(database);
    }

    @Override
    public Optional<Set<String>> schemas() {
        return Optional.of(Set.of(database));
    }

    @Override
    public List<TableRef> named() {
        return List.of();
    }
}
