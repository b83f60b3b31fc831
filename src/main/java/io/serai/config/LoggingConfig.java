package io.serai.config;

/** {@code system.logging}: how much is logged, and in which form. Immutable. */
public record LoggingConfig(Level level, Format format) {
    /** What is written when nothing says otherwise. */
    public static final LoggingConfig DEFAULT = new LoggingConfig(Level.INFO, Format.TEXT);

    /** From the most to the least; the names are those of PowerSync's service. */
    public enum Level {
        /** Each change, keys only. */
        SILLY,
        /** Each batch. */
        DEBUG,
        /** As debug. */
        VERBOSE,
        /** As info. */
        HTTP,
        /** What starts and ends. */
        INFO,
        /** What recovers or will need action. */
        WARN,
        /** What needs action. */
        ERROR
    }

    /** How a line looks. */
    public enum Format {
        /** For people. */
        TEXT,
        /** One JSON object a line. */
        JSON
    }

    static LoggingConfig read(Section system) {
        LoggingConfig read =
                system.section("logging").map(LoggingConfig::readLogging).orElse(DEFAULT);
        system.end();
        return read;
    }

    private static LoggingConfig readLogging(Section logging) {
        LoggingConfig read = new LoggingConfig(
                logging.choice("level", Level.class).orElse(DEFAULT.level()),
                logging.choice("format", Format.class).orElse(DEFAULT.format()));
        logging.end();
        return read;
    }
}
