package io.serai.source;

import io.serai.change.SourcePosition;
import java.util.List;

/**
 * What one look at the catalog found different from the tables as they are stored. Immutable.
 *
 * @param at a position that was taken after the look: whatever committed before it, the look may have seen
 */
public record CatalogLook(List<Difference> differences, SourcePosition at) {
    /** Copies the list. */
    public CatalogLook {
        differences = List.copyOf(differences);
    }

    /** One table that is not as it is stored. */
    public sealed interface Difference {
        /** For logs: what is different, naming the table. */
        String text();

        /** Whether it is a difference of the stored table. */
        default boolean isOf(SourceTable table) {
            return switch (this) {
                case Altered altered -> altered.stored() == table;
                case Gone gone -> gone.stored() == table;
                case Appeared appeared -> false;
            };
        }
    }

    /** The stored table was altered, made again, or cannot be trusted to be the same; this is how it is now. */
    public record Altered(SourceTable stored, CatalogTable now, String text) implements Difference {}

    /** The stored table was dropped or renamed, or is not published any more. */
    public record Gone(SourceTable stored, String text) implements Difference {}

    /** A table is wanted that is not stored. */
    public record Appeared(CatalogTable now, String text) implements Difference {}
}
