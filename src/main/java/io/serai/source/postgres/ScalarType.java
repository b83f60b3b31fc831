package io.serai.source.postgres;

import io.serai.change.JsonText;
import io.serai.change.NumberText;
import io.serai.change.Value;
import io.serai.change.ValueFormat;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** The types without parts, by what becomes of their text; all that are not named here are {@link #TEXT}. */
enum ScalarType implements PostgresType {
    BOOL("bool") {
        @Override
        public Value decode(byte[] bytes) {
            if (bytes.length == 1 && (bytes[0] == 't' || bytes[0] == 'f')) {
                return bytes[0] == 't' ? TRUE : FALSE;
            }
            return text(bytes);
        }
    },
    INTEGER("int") {
        @Override
        public Value decode(byte[] bytes) {
            int at = bytes.length > 1 && bytes[0] == '-' ? 1 : 0;
            int digits = bytes.length - at;
            if (digits == 0 || digits > 19) {
                return text(bytes);
            }
            long value = 0; // negative while it is built, because there is one more negative long
            for (int i = at; i < bytes.length; i++) {
                int digit = bytes[i] - '0';
                if (digit < 0 || digit > 9) {
                    return text(bytes);
                }
                value = value * 10 - digit;
            }
            if (value > 0 || at == 0 && value == Long.MIN_VALUE) {
                return text(bytes);
            }
            return Value.of(at == 0 ? -value : value);
        }
    },
    REAL("float") {
        @Override
        public Value decode(byte[] bytes) {
            String text = string(bytes);
            try {
                return Value.of(Double.parseDouble(text));
            } catch (NumberFormatException e) {
                return Value.of(text);
            }
        }
    },
    TEXT("text") {
        @Override
        public Value decode(byte[] bytes) {
            return text(bytes);
        }
    },
    JSON("json") {
        @Override
        public Value decode(byte[] bytes) {
            return text(bytes);
        }

        @Override
        public void appendJson(StringBuilder out, String text, ValueFormat format) {
            out.append(text);
        }
    },
    BYTEA("bytea") {
        @Override
        public Value decode(byte[] bytes) {
            if (bytes.length < 2 || bytes[0] != '\\' || bytes[1] != 'x') {
                return text(bytes);
            }
            try {
                return new Value.BlobValue(HexFormat.of().parseHex(string(bytes), 2, bytes.length));
            } catch (IllegalArgumentException e) {
                return text(bytes);
            }
        }
    },
    DATE("date") {
        @Override
        public Value decode(byte[] bytes) {
            return switch (string(bytes)) {
                case "infinity" -> Value.of("9999-12-31");
                case "-infinity" -> Value.of("0000-01-01");
                case String text -> Value.of(text);
            };
        }
    },
    TIME("time") {
        @Override
        public Value decode(byte[] bytes) {
            return TimeValue.time(bytes);
        }

        @Override
        public boolean dependsOnFormat() {
            return true;
        }
    },
    TIMESTAMP("timestamp") {
        @Override
        public Value decode(byte[] bytes) {
            return TimeValue.timestamp(bytes);
        }

        @Override
        public boolean dependsOnFormat() {
            return true;
        }
    },
    TIMESTAMPTZ("timestamptz") {
        @Override
        public Value decode(byte[] bytes) {
            return TimeValue.timestampWithZone(bytes);
        }

        @Override
        public boolean dependsOnFormat() {
            return true;
        }
    },
    PG_LSN("pg_lsn") {
        @Override
        public Value decode(byte[] bytes) {
            String text = string(bytes);
            int slash = text.indexOf('/');
            return Value.of(
                    slash < 0 ? text : padded(text.substring(0, slash)) + "/" + padded(text.substring(slash + 1)));
        }
    };

    private static final Value TRUE = Value.of(true);
    private static final Value FALSE = Value.of(false);

    private final String encoded;

    ScalarType(String encoded) {
        this.encoded = encoded;
    }

    @Override
    public String encoded() {
        return encoded;
    }

    @Override
    public boolean dependsOnFormat() {
        return false;
    }

    @Override
    public Value decode(String text, ValueFormat format) {
        return decode(text.getBytes(StandardCharsets.UTF_8)).plain(format);
    }

    @Override
    public void appendJson(StringBuilder out, String text, ValueFormat format) {
        switch (decode(text, format)) {
            case Value.NullValue ignored -> out.append("null");
            case Value.IntegerValue integer -> out.append(integer.value());
            case Value.RealValue real -> NumberText.appendJson(out, real.value());
            case Value.TextValue value -> JsonText.appendQuoted(out, value.value());
            case Value.BlobValue ignored -> out.append("null");
            case Value.EditionValue ignored -> throw new IllegalStateException("a plain value is expected");
        }
    }

    private static Value text(byte[] bytes) {
        return Value.of(string(bytes));
    }

    private static String string(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String padded(String half) {
        return half.length() >= 8 ? half : "0".repeat(8 - half.length()) + half;
    }
}
