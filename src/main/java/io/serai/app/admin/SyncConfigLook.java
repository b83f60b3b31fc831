package io.serai.app.admin;

import java.util.Optional;

/** How the sync config is followed while the process runs. */
public interface SyncConfigLook {
    /** Reads the sync config now, and deploys it if it is another one without errors. */
    void look();

    /** Why the sync config as it was last read is not used. */
    Optional<SyncConfigProblem> problem();
}
