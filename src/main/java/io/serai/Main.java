package io.serai;

import io.serai.cli.SeraiCommand;

/** The program {@code serai}. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.exit(SeraiCommand.run(args));
    }
}
