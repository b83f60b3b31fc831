package io.serai.source.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveredTransactionsTest {
    @Test
    void areForgottenWhenASnapshotSeesThem() {
        DeliveredTransactions delivered = of(10, 11, 12, 15, 20);

        delivered.forget(TransactionSnapshot.parse("11:20:11,15"));

        assertThat(delivered.encoded()).isEqualTo(of(11, 15, 20).encoded());
    }

    @Test
    void areOfTheEpochThatIsNearestToTheSnapshot() {
        long epoch = 1L << 32;
        TransactionSnapshot young =
                TransactionSnapshot.parse((5 * epoch + 3) + ":" + (5 * epoch + 10) + ":" + (5 * epoch + 4));

        assertThat(young.sees((int) (epoch - 7))).isTrue(); // of the epoch before
        assertThat(young.sees(2)).isTrue();
        assertThat(young.sees(4)).isFalse();
        assertThat(young.sees(5)).isTrue();
        assertThat(young.sees(10)).isFalse();
    }

    @Test
    void takeFewBytesWhenTheyFollowEachOther() {
        DeliveredTransactions delivered = new DeliveredTransactions();
        for (int i = 0; i < 100_000; i++) {
            delivered.began(1_000_000 + (i ^ 1)); // two at once, each ending before the other
        }

        assertThat(delivered.encoded()).hasSizeLessThan(12);
    }

    @Test
    void keepWhatTheyWereWhenACopyForgets() {
        DeliveredTransactions delivered = of(10, 11);
        DeliveredTransactions copy = delivered.copy();

        copy.forget(TransactionSnapshot.parse("100:100:"));

        assertThat(copy.isEmpty()).isTrue();
        assertThat(delivered.isEmpty()).isFalse();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void areTheSameAfterTheyWereStored(long seed) {
        Random random = new Random(seed);
        DeliveredTransactions delivered = new DeliveredTransactions();
        TreeSet<Long> expected = new TreeSet<>();
        for (int i = 0; i < 500; i++) {
            long transaction = (random.nextInt(4) == 0 ? 0xffff_ff00L : 1000) + random.nextInt(256);
            delivered.began(transaction);
            expected.add(transaction);
        }

        DeliveredTransactions decoded = DeliveredTransactions.decode(delivered.encoded());

        assertThat(decoded.encoded()).isEqualTo(delivered.encoded());
        DeliveredTransactions oneByOne = new DeliveredTransactions();
        expected.forEach(oneByOne::began);
        assertThat(decoded.encoded()).isEqualTo(oneByOne.encoded());
    }

    private static DeliveredTransactions of(long... transactions) {
        DeliveredTransactions delivered = new DeliveredTransactions();
        for (long transaction : transactions) {
            delivered.began(transaction);
        }
        return delivered;
    }
}
