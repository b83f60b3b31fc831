/**
 * Why a row is, or is not, in which bucket: what the storage holds of it beside what the sync rules say of its stored image. Start with
 * {@link io.serai.app.explain.Explainer}.
 */
@NullMarked
package io.serai.app.explain;

import org.jspecify.annotations.NullMarked;
