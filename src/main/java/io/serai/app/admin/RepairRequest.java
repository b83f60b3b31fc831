package io.serai.app.admin;

import io.serai.source.Repair;
import java.util.List;
import java.util.Optional;

/**
 * What {@code serai resync} and {@code serai retry} ask for. Immutable.
 *
 * @param tables {@code name} or {@code schema.name}; empty for all
 * @param source the only source that is asked; empty for all
 */
public record RepairRequest(Repair repair, List<String> tables, Optional<String> source) {
    /** Copies the list. */
    public RepairRequest {
        tables = List.copyOf(tables);
    }
}
