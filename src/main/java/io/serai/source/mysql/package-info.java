/** Replicates MySQL: component, check, reader of the binary log, copies, and the mapping of types. Read {@link io.serai.source.mysql.MysqlDatabase} first. */
@NullMarked
package io.serai.source.mysql;

import org.jspecify.annotations.NullMarked;
