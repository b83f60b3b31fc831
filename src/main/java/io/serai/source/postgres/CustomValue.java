package io.serai.source.postgres;

import io.serai.change.Value;
import io.serai.change.ValueFormat;

/**
 * A value whose form depends on the edition because of its type: decoded, or the text as it came. Immutable.
 *
 * @param onlyWithCustomTypes whether it stays text where custom types are not decoded
 */
record CustomValue(PostgresType type, String text, boolean onlyWithCustomTypes) implements Value.EditionValue {
    @Override
    public Value in(ValueFormat format) {
        if (onlyWithCustomTypes && !format.customTypes()) {
            return Value.of(text);
        }
        try {
            return type.decode(text, format);
        } catch (BrokenTextException e) {
            return Value.of(text);
        }
    }
}
