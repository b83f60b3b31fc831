/** The sync API that PowerSync's client SDKs speak: streams of checkpoints and data, and write checkpoints. Start with {@link io.serai.api.sync.SyncApi}. */
@NullMarked
package io.serai.api.sync;

import org.jspecify.annotations.NullMarked;
