package io.serai.storage.rocksdb;

import io.serai.storage.Deployment;
import io.serai.storage.Generation;
import io.serai.storage.Generations;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The stored form of the generations that are alive. */
final class GenerationsRecord {
    private GenerationsRecord() {}

    static byte[] encode(Generations generations) {
        Encoder out = new Encoder(4096);
        write(generations.active(), out);
        write(generations.next(), out);
        return out.toBytes();
    }

    static Generations decode(byte @Nullable [] stored) {
        if (stored == null) {
            return Generations.NONE;
        }
        Decoder in = new Decoder(stored);
        return new Generations(read(in), read(in));
    }

    private static void write(Optional<Generation> generation, Encoder out) {
        out.flag(generation.isPresent());
        generation.ifPresent(of -> {
            Deployment deployment = of.deployment();
            out.i64(of.number()).text(deployment.fingerprint()).text(deployment.text());
            write(deployment.definitions(), out);
            out.varint(deployment.sources().size());
            deployment.sources().forEach((source, definitions) -> write(definitions, out.text(source)));
        });
    }

    private static Optional<Generation> read(Decoder in) {
        if (!in.flag()) {
            return Optional.empty();
        }
        long number = in.i64();
        String fingerprint = in.text();
        String text = in.text();
        Set<String> definitions = readTexts(in);
        Map<String, Set<String>> sources = new HashMap<>();
        for (int left = in.varint(); left > 0; left--) {
            sources.put(in.text(), readTexts(in));
        }
        return Optional.of(new Generation(number, new Deployment(fingerprint, text, definitions, sources)));
    }

    private static void write(Set<String> texts, Encoder out) {
        out.varint(texts.size());
        texts.forEach(out::text);
    }

    private static Set<String> readTexts(Decoder in) {
        Set<String> texts = new HashSet<>();
        for (int left = in.varint(); left > 0; left--) {
            texts.add(in.text());
        }
        return texts;
    }
}
