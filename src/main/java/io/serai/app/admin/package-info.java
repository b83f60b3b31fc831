/**
 * What commands ask of a storage, whether a process is running on it or not: status, operations, teardown, and the unix socket on which the
 * running process answers. Start with {@link io.serai.app.admin.Inspection}.
 */
@NullMarked
package io.serai.app.admin;

import org.jspecify.annotations.NullMarked;
