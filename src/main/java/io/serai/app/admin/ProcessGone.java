package io.serai.app.admin;

import io.serai.error.ErrorCode;
import java.io.IOException;

/** The process that was asked ended before its answer was whole. Immutable. */
public final class ProcessGone extends IOException {
    private static final long serialVersionUID = 1L;

    ProcessGone(IOException cause) {
        super(
                "[" + ErrorCode.COMMAND_FAILED.code()
                        + "] The process that was asked ended before its answer was whole. Run the command again.",
                cause);
    }
}
