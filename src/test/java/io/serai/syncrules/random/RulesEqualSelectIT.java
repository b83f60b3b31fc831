package io.serai.syncrules.random;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.change.Row;
import io.serai.syncrules.ParsedConfig;
import io.serai.syncrules.RuleIssue;
import io.serai.syncrules.SyncRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * For random configs, rows and clients: the rows that the rules send to a client are those that Postgres selects by the same queries.
 * {@code -Dserai.seed} repeats a run, {@code -Dserai.seeds} says how many seeds from there on are tried; {@code -Dserai.soak} tries many.
 */
class RulesEqualSelectIT {
    private static final int SEEDS = Integer.getInteger("serai.seeds", defaultSeeds());
    private static final int CLIENTS = 3;

    private static SelectingDatabase database;

    @BeforeAll
    static void create() throws Exception {
        database = new SelectingDatabase();
    }

    @AfterAll
    static void drop() throws Exception {
        database.close();
    }

    private static int defaultSeeds() {
        if (System.getProperty("serai.soak") != null) {
            return 50_000;
        }
        return System.getProperty("serai.seed") == null ? 1_000 : 1;
    }

    @Test
    void aClientGetsWhatTheQueriesSelect() throws Exception {
        long first = Long.getLong("serai.seed", System.nanoTime());
        long rows = 0;
        int refused = 0;

        for (long seed = first; seed < first + SEEDS; seed++) {
            Random random = new Random(seed);
            RandomConfig config = RandomConfig.next(random);
            Optional<SyncRules> rules = rules(config, seed);
            if (rules.isPresent()) {
                rows += compare(config, rules.get(), random, seed);
            } else {
                refused++;
            }
        }

        assertThat(refused).as("configs that are too complex").isLessThanOrEqualTo(SEEDS / 10);
        assertThat(rows).as("rows that clients got").isGreaterThanOrEqualTo(SEEDS == 1 ? 0 : SEEDS);
    }

    /** The rules; empty when they are more than the limits of the language allow. */
    private static Optional<SyncRules> rules(RandomConfig config, long seed) {
        ParsedConfig parsed = SyncRules.parse(config.yaml());
        assertThat(parsed.issues())
                .as("seed %d\n%s", seed, config.yaml())
                .noneMatch(issue ->
                        issue.level() == RuleIssue.Level.ERROR && !issue.code().equals("streams.too-complex"));
        return parsed.rules();
    }

    private static int compare(RandomConfig config, SyncRules rules, Random random, long seed) throws Exception {
        List<Row> rows = new ArrayList<>();
        SourceTable.ALL.forEach(table -> rows.addAll(table.rows(random, 8)));
        RulesClient replicated = new RulesClient(rules, rows);
        database.fill(rows);
        int found = 0;
        for (int i = 0; i < CLIENTS; i++) {
            RandomClient client = RandomClient.next(random, config.streams());
            String context = "seed %d\n%s\n%s\n%s".formatted(seed, config.yaml(), client, texts(rows));
            Set<String> expected = database.rows(config, client);
            assertThat(replicated.rows(client.request())).as(context).isEqualTo(expected);
            found += expected.size();
        }
        return found;
    }

    private static String texts(List<Row> rows) {
        return rows.stream().map(RulesEqualSelectIT::text).collect(Collectors.joining("\n"));
    }

    private static String text(Row row) {
        StringBuilder text = new StringBuilder(row.relation().table().name());
        for (int i = 0; i < row.size(); i++) {
            text.append(' ')
                    .append(row.relation().columns().get(i).name())
                    .append('=')
                    .append(SelectingDatabase.literal(row.value(i)));
        }
        return text.toString();
    }
}
