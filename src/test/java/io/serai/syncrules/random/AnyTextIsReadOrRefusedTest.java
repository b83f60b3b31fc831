package io.serai.syncrules.random;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/**
 * Configs and queries with random changes, and random texts: nothing but issues and the documented exception, and no text takes long.
 * {@code -Dserai.seed} repeats one text; {@code -Dserai.soak} goes on for ten minutes.
 */
class AnyTextIsReadOrRefusedTest {
    private static final Duration TIME =
            System.getProperty("serai.soak") == null ? Duration.ofSeconds(2) : Duration.ofMinutes(5);

    @Test
    void configs() {
        tryTexts((reading, random) -> reading.config(config(random)));
    }

    @Test
    void queries() {
        tryTexts((reading, random) -> reading.query(query(random)));
    }

    private static String config(Random random) {
        Mutations mutations = new Mutations(random);
        return random.nextInt(8) == 0
                ? mutations.made()
                : mutations.of(
                        RandomConfig.next(random).yaml(),
                        RandomConfig.next(random).yaml());
    }

    private static String query(Random random) {
        Mutations mutations = new Mutations(random);
        return random.nextInt(8) == 0 ? "SELECT " + mutations.made() : mutations.of(select(random), select(random));
    }

    private static String select(Random random) {
        List<RandomConfig.Selection> selections = RandomConfig.next(random).selections();
        return selections.get(random.nextInt(selections.size())).sql();
    }

    private static void tryTexts(BiConsumer<BoundedReading, Random> reader) {
        Long given = Long.getLong("serai.seed");
        long seed = given == null ? System.nanoTime() : given;
        long end = System.nanoTime() + TIME.toNanos();
        try (BoundedReading reading = new BoundedReading()) {
            do {
                tryText(reading, reader, seed++);
            } while (given == null && System.nanoTime() < end);
        }
    }

    private static void tryText(BoundedReading reading, BiConsumer<BoundedReading, Random> reader, long seed) {
        try {
            reader.accept(reading, new Random(seed));
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
