package io.serai.storage.rocksdb;

/**
 * A definition that no generation has any more, until what is stored of it is removed. Immutable.
 *
 * @param id what it was called
 * @param until the sequence of the first checkpoint that does not show it; 0 when none has shown it
 */
record RetiredDefinition(String id, DefinitionRecord record, long until) {
    static RetiredDefinition decode(byte[] bytes) {
        Decoder in = new Decoder(bytes);
        return new RetiredDefinition(in.text(), DefinitionRecord.read(in), in.i64());
    }

    byte[] encode() {
        return record.write(new Encoder(128).text(id)).i64(until).toBytes();
    }

    boolean isShownAt(long sequence) {
        return record.isShownAt(sequence) && sequence < until;
    }
}
