/**
 * Every failure that an operator can meet, with a stable code. Start with {@link io.serai.error.ErrorCode}.
 */
@NullMarked
package io.serai.error;

import org.jspecify.annotations.NullMarked;
