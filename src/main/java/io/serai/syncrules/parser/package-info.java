/**
 * The text of a sync config to a tree, each node with its place: YAML first, then the SQL inside its scalars. Start with
 * {@link io.serai.syncrules.parser.ConfigReader}; {@link io.serai.syncrules.parser.SqlParser} reads one query.
 */
@NullMarked
package io.serai.syncrules.parser;

import org.jspecify.annotations.NullMarked;
