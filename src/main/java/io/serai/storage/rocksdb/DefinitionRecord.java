package io.serai.storage.rocksdb;

/**
 * A definition of a live generation as the storage knows it. Immutable.
 *
 * @param number what it is called in keys
 * @param generation the one in which it was born
 * @param since the sequence of the first checkpoint that shows it; 0 while none has
 */
record DefinitionRecord(int number, long generation, long since) {
    static DefinitionRecord decode(byte[] bytes) {
        return read(new Decoder(bytes));
    }

    static DefinitionRecord read(Decoder in) {
        return new DefinitionRecord(in.i32(), in.i64(), in.i64());
    }

    byte[] encode() {
        return write(new Encoder(20)).toBytes();
    }

    Encoder write(Encoder out) {
        return out.i32(number).i64(generation).i64(since);
    }

    boolean wasShown() {
        return since != 0;
    }

    boolean isShownAt(long sequence) {
        return wasShown() && since <= sequence;
    }

    DefinitionRecord shownSince(long sequence) {
        return new DefinitionRecord(number, generation, sequence);
    }
}
