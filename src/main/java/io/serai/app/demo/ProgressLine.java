package io.serai.app.demo;

import java.io.PrintWriter;

/** A line that is drawn over the former one in a terminal, and is a new line elsewhere. Confined to one thread. */
final class ProgressLine {
    private static final String OVER_THE_FORMER = "\r\u001b[K";

    private final PrintWriter out;
    private final boolean redraws;
    private String shown = "";
    private boolean isDrawn;

    /** A line on {@code out}; {@code redraws} says that it is a terminal. */
    ProgressLine(PrintWriter out, boolean redraws) {
        this.out = out;
        this.redraws = redraws;
    }

    /** Shows how things are now, unless the line says so already. */
    void show(String text) {
        if (text.equals(shown)) {
            return;
        }
        shown = text;
        if (redraws) {
            out.print(OVER_THE_FORMER + text);
            isDrawn = true;
        } else {
            out.println(text);
        }
        out.flush();
    }

    /** Prints a text that stays. */
    void print(String text) {
        if (isDrawn) {
            out.print(OVER_THE_FORMER);
            isDrawn = false;
        }
        out.println(text);
        out.flush();
    }
}
