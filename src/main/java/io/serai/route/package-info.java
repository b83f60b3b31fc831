/**
 * What a route sees: the exchange of a change and what becomes of it, the {@code postImage} and {@code syncRules} steps, the
 * {@code serai-storage} component, and the folder of routes. Start with {@link io.serai.route.ExchangeRoute}, which makes an exchange of each
 * change.
 */
@NullMarked
package io.serai.route;

import org.jspecify.annotations.NullMarked;
