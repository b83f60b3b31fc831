/** Who a client is: verifies the JWT that comes with each request. Start with {@link io.serai.api.auth.Authenticator}. */
@NullMarked
package io.serai.api.auth;

import org.jspecify.annotations.NullMarked;
