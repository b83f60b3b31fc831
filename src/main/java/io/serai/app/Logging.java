package io.serai.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.serai.config.LoggingConfig;
import io.serai.config.LoggingConfig.Format;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets logback up in code, which takes half the time of an XML file. Lines go to stderr, so that what commands print on stdout stays clean. A file
 * that {@code -Dlogback.configurationFile} names takes the place of all this. Logback makes its instance and calls {@link #configure}, also in
 * an application that only has this jar among its own: there it leaves everything as it is, since only our own main class sets
 * {@value #OURS_PROPERTY}.
 */
public final class Logging extends ContextAwareBase implements Configurator {
    private static final String FILE_PROPERTY = "logback.configurationFile";
    private static final String OURS_PROPERTY = "serai.logging";
    /** Warns of each error that the server answers, which is thrown, too. */
    private static final String MARIADB_ERRORS = "org.mariadb.jdbc.message.server.ErrorPacket";

    private static final String PATTERN = "%d{HH:mm:ss.SSS} %-5level %-18.18logger{0} %msg %kvp{NONE}%n%ex{full}";

    /** For logback. */
    public Logging() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (!isOurs()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.WARN);
        context.getLogger(MARIADB_ERRORS).setLevel(Level.ERROR);
        write(context, LoggingConfig.DEFAULT);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** Applies {@code system.logging}; call it before anything is logged. */
    public static void apply(LoggingConfig config) {
        ILoggerFactory loggers = LoggerFactory.getILoggerFactory();
        if (loggers instanceof LoggerContext context && isOurs()) {
            write(context, config);
        }
    }

    private static boolean isOurs() {
        return System.getProperty(OURS_PROPERTY) != null && System.getProperty(FILE_PROPERTY) == null;
    }

    private static void write(LoggerContext context, LoggingConfig config) {
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context, config.format()));
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
        context.getLogger("io.serai").setLevel(level(config.level()));
    }

    private static Encoder<ILoggingEvent> encoder(LoggerContext context, Format format) {
        return switch (format) {
            case TEXT -> {
                PatternLayoutEncoder text = new PatternLayoutEncoder();
                text.setContext(context);
                text.setPattern(PATTERN);
                text.start();
                yield text;
            }
            case JSON -> {
                JsonEncoder json = new JsonEncoder();
                json.setContext(context);
                json.start();
                yield json;
            }
        };
    }

    private static Level level(LoggingConfig.Level level) {
        return switch (level) {
            case SILLY -> Level.TRACE;
            case DEBUG, VERBOSE -> Level.DEBUG;
            case HTTP, INFO -> Level.INFO;
            case WARN -> Level.WARN;
            case ERROR -> Level.ERROR;
        };
    }
}
