package io.serai.oracle;

import java.util.Random;
import java.util.concurrent.TimeUnit;

/** When a process is killed that is to be caught at any moment: later, as long as it leaves no checkpoint to look at, as on a slow machine. */
final class KillMoment {
    private static final int STEP_MILLIS = 500;

    private final Random random;
    private int latestMillis = 4000;

    KillMoment(Random random) {
        this.random = random;
    }

    /** The moment is what is random here: this is not a wait for something. */
    void await() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(latestMillis));
    }

    /** Says whether there was a checkpoint after the kill; answers 1 if so. */
    int left(boolean isCheckpoint) {
        latestMillis += isCheckpoint ? 0 : STEP_MILLIS;
        return isCheckpoint ? 1 : 0;
    }
}
