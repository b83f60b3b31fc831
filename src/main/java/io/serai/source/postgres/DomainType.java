package io.serai.source.postgres;

import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.nio.charset.StandardCharsets;

/** A domain: as its base type where custom types are decoded. Immutable. */
record DomainType(PostgresType base) implements PostgresType {
    @Override
    public Value decode(byte[] bytes) {
        return new CustomValue(this, new String(bytes, StandardCharsets.UTF_8), true);
    }

    @Override
    public Value decode(String text, ValueFormat format) {
        return base.decode(text, format);
    }

    @Override
    public void appendJson(StringBuilder out, String text, ValueFormat format) {
        base.appendJson(out, text, format);
    }

    @Override
    public boolean dependsOnFormat() {
        return true;
    }

    @Override
    public String encoded() {
        return "domain(" + base.encoded() + ")";
    }
}
