package io.serai.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import io.serai.config.LoggingConfig;
import io.serai.config.LoggingConfig.Format;
import org.slf4j.LoggerFactory;

/** Applies {@code system.logging} to the logging system, which {@code logback.xml} has set up. */
public final class Logging {
    private Logging() {}

    /** Sets level and format; call it before anything is logged. */
    public static void apply(LoggingConfig config) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return; // an application that embeds us logs in its own way
        }
        context.getLogger("io.serai").setLevel(level(config.level()));
        if (config.format() == Format.JSON) {
            writeJson(context);
        }
    }

    private static void writeJson(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(appender);
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
