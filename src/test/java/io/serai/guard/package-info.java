/** Tests that look at the project itself instead of its behaviour. Read {@link io.serai.guard.PackageMapTest} first. */
@NullMarked
package io.serai.guard;

import org.jspecify.annotations.NullMarked;
