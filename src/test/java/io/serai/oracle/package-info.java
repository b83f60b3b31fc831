/** The oracle (I9): random transactions on real databases while the process is killed, and what each bucket must then hold. */
@NullMarked
package io.serai.oracle;

import org.jspecify.annotations.NullMarked;
