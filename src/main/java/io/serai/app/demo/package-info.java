/** {@code serai demo}: a small living to-do application in a Postgres of its own, replicated. Start with {@link io.serai.app.demo.Demo}. */
@NullMarked
package io.serai.app.demo;

import org.jspecify.annotations.NullMarked;
