package io.serai.cli;

import io.serai.app.DevelopmentToken;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai token}: a token with which a client can be tried out. */
@Command(
        name = "token",
        header = {"Prints a token for a client that is tried out.", ""},
        description = {
            "Signs a token with the first shared secret (kty: oct) of client_auth in service.yaml, for its first audience.",
            "",
            "Where real users sign in, their service issues the tokens, and service.yaml has no shared secret."
        },
        footer = {"", "serai token ada", "serai token ada --minutes 5"})
final class TokenCommand implements Callable<Integer> {
    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Parameters(paramLabel = "USER", description = "The user's id, the sub of the token.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String user;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "For how long the token is good (default: ${DEFAULT-VALUE}).")
    private int minutes = 60;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        spec.commandLine()
                .getOut()
                .println(DevelopmentToken.of(
                        config.loadService().clientAuth(), user, Instant.now(), Duration.ofMinutes(minutes)));
        return 0;
    }
}
