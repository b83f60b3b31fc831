/** Serai: databases to a checkpointing bucket storage, through Camel routes. Start with {@link io.serai.Main}. */
@NullMarked
package io.serai;

import org.jspecify.annotations.NullMarked;
