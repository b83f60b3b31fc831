package io.serai;

import io.serai.cli.SeraiCommand;

/** The program {@code serai}. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.setProperty("serai.logging", "code"); // app.Logging leaves other applications' logs alone
        System.exit(SeraiCommand.run(args));
    }
}
