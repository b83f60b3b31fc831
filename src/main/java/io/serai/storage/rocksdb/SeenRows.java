package io.serai.storage.rocksdb;

import java.util.Arrays;

/** A set of 128-bit hashes of rows, 16 to 40 bytes each. Confined to one thread. */
final class SeenRows {
    private static final int LEAST = 1024;

    /** Two numbers for each place; both 0 where it is free. */
    private long[] places = new long[2 * LEAST];

    private int size;

    /** Adds a row; false when it was there. */
    boolean add(long high, long low) {
        if (4 * size > places.length) { // half of the places
            grow();
        }
        return insert(high, low == 0 && high == 0 ? 1 : low);
    }

    private boolean insert(long high, long low) {
        int mask = places.length / 2 - 1;
        int place = (int) low & mask;
        while (places[2 * place] != 0 || places[2 * place + 1] != 0) {
            if (places[2 * place] == high && places[2 * place + 1] == low) {
                return false;
            }
            place = (place + 1) & mask;
        }
        places[2 * place] = high;
        places[2 * place + 1] = low;
        size++;
        return true;
    }

    private void grow() {
        long[] former = places;
        places = new long[2 * former.length];
        size = 0;
        for (int i = 0; i < former.length; i += 2) {
            if (former[i] != 0 || former[i + 1] != 0) {
                insert(former[i], former[i + 1]);
            }
        }
    }

    /** Forgets all. */
    void clear() {
        Arrays.fill(places, 0);
        size = 0;
    }
}
