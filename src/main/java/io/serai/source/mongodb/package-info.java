/** MongoDB as a source. Start with {@link io.serai.source.mongodb.MongoDatabase}, then {@link io.serai.source.mongodb.ChangeReader}. */
@NullMarked
package io.serai.source.mongodb;

import org.jspecify.annotations.NullMarked;
