/** The command line: one class per command. Start with {@link io.serai.cli.SeraiCommand}, which lists them. */
@NullMarked
package io.serai.cli;

import org.jspecify.annotations.NullMarked;
