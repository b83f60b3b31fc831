package io.serai.storage;

import io.serai.change.TableRef;

/**
 * A table of a source as the storage keys its rows. Immutable.
 *
 * @param number given by the source, never used again for another table
 * @param table its names, from which subkeys are made
 */
public record TableHandle(int number, TableRef table) {}
