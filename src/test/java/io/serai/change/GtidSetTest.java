package io.serai.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class GtidSetTest {
    private static final String A = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    private static final String B = "4e11fa47-71ca-11e1-9e33-c80aa9429562";

    @Test
    void readsWhatTheServerWrites() {
        GtidSet set = GtidSet.parse(A.toUpperCase(java.util.Locale.ROOT) + ":1-5:7,\n" + B + ":3:Tag:1-2");

        assertThat(set).hasToString(A + ":1-5:7," + B + ":3," + B + ":tag:1-2");
        assertThat(set.count()).isEqualTo(9);
        assertThat(GtidSet.parse("")).isEqualTo(GtidSet.EMPTY);
    }

    @Test
    void refusesWhatIsNoSet() {
        assertThatThrownBy(() -> GtidSet.parse("binlog.000001")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void joinsIntervalsThatMeet() {
        assertThat(GtidSet.parse(A + ":1-3:5-6").with(A, 4)).hasToString(A + ":1-6");
        assertThat(GtidSet.parse(A + ":1-3").with(A, 4)).hasToString(A + ":1-4");
        assertThat(GtidSet.parse(A + ":1-3").without(A, 2)).hasToString(A + ":1:3");
    }

    @Test
    void containsWhatIsAPartOfIt() {
        GtidSet set = GtidSet.parse(A + ":1-5," + B + ":2");

        assertThat(set.contains(GtidSet.parse(A + ":2-4"))).isTrue();
        assertThat(set.contains(GtidSet.parse(A + ":5-6"))).isFalse();
        assertThat(set.contains(GtidSet.parse(B + ":tag:2"))).isFalse();
        assertThat(set.contains(GtidSet.EMPTY)).isTrue();
    }

    @RepeatedTest(20)
    void lessAnotherItHasWhatOnlyItHas() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        GtidSet set = GtidSet.parse(B + ":1");
        GtidSet other = GtidSet.EMPTY;
        GtidSet rest = GtidSet.parse(B + ":1");
        for (long number = 1; number < 60; number++) {
            boolean isIn = random.nextBoolean();
            boolean isInOther = random.nextBoolean();
            set = isIn ? set.with(A, number) : set;
            other = isInOther ? other.with(A, number) : other;
            rest = isIn && !isInOther ? rest.with(A, number) : rest;
        }

        assertThat(set.minus(other)).as("seed %d", seed).isEqualTo(rest);
        assertThat(set.minus(set)).isEqualTo(GtidSet.EMPTY);
    }

    @RepeatedTest(20)
    void isASetOfNumbers() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        GtidSet set = GtidSet.EMPTY;
        Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            long number = 1L + random.nextInt(60);
            if (random.nextInt(3) > 0) {
                set = set.with(A, number);
                numbers.add(number);
            } else {
                set = set.without(A, number);
                numbers.remove(number);
            }
        }

        GtidSet other = GtidSet.parse(A + ":10-20:30");
        for (long number = 1; number <= 61; number++) {
            assertThat(set.contains(A, number)).as(number + ", seed " + seed).isEqualTo(numbers.contains(number));
        }
        assertThat(GtidSet.parse(set.toString())).isEqualTo(set);
        assertThat(set.union(other).contains(set)).isTrue();
        assertThat(set.union(other).contains(other)).isTrue();
        assertThat(set.count()).isEqualTo(numbers.size());
    }
}
