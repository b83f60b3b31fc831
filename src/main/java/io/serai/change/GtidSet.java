package io.serai.change;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * A set of MySQL's global transaction identifiers, as {@code gtid_executed} is one: for each source (a server's UUID, from 8.3 on with a tag
 * behind a colon) intervals of numbers. Immutable.
 */
public final class GtidSet {
    /** The set without any. */
    public static final GtidSet EMPTY = new GtidSet(new TreeMap<>());

    /** By source, in lower case: first and last number of each interval, ascending and never adjacent. */
    private final NavigableMap<String, long[]> intervals;

    private GtidSet(NavigableMap<String, long[]> intervals) {
        this.intervals = intervals;
    }

    /**
     * Reads what the server writes, e.g. {@code 3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:7,…}; line breaks do not matter.
     *
     * @throws IllegalArgumentException when the text is no such set
     */
    public static GtidSet parse(String text) {
        GtidSet set = EMPTY;
        for (String source : text.replaceAll("\\s", "").split(",")) {
            if (source.isEmpty()) {
                continue;
            }
            String[] parts = source.split(":");
            String uuid = parts[0].toLowerCase(Locale.ROOT);
            if (uuid.length() != 36 || parts.length < 2) {
                throw new IllegalArgumentException("not a set of GTIDs: " + text);
            }
            String name = uuid;
            for (int i = 1; i < parts.length; i++) {
                if (Character.isDigit(parts[i].charAt(0))) {
                    int dash = parts[i].indexOf('-');
                    long first = Long.parseLong(dash < 0 ? parts[i] : parts[i].substring(0, dash));
                    set = set.with(name, first, dash < 0 ? first : Long.parseLong(parts[i].substring(dash + 1)));
                } else {
                    name = uuid + ":" + parts[i].toLowerCase(Locale.ROOT);
                }
            }
        }
        return set;
    }

    /** This set and the transaction with this number of this source. */
    public GtidSet with(String source, long number) {
        return with(source, number, number);
    }

    private GtidSet with(String source, long first, long last) {
        NavigableMap<String, long[]> all = new TreeMap<>(intervals);
        all.merge(source, new long[] {first, last}, (mine, added) -> insert(mine, added[0], added[1]));
        return new GtidSet(all);
    }

    /** This set without one transaction. */
    public GtidSet without(String source, long number) {
        long[] mine = intervals.get(source);
        if (mine == null) {
            return this;
        }
        long[] rest = new long[mine.length + 2];
        int size = 0;
        for (int i = 0; i < mine.length; i += 2) {
            if (number < mine[i] || number > mine[i + 1]) {
                size = append(rest, size, mine[i], mine[i + 1]);
            } else {
                size = append(rest, size, mine[i], number - 1);
                size = append(rest, size, number + 1, mine[i + 1]);
            }
        }
        NavigableMap<String, long[]> all = new TreeMap<>(intervals);
        if (size == 0) {
            all.remove(source);
        } else {
            all.put(source, Arrays.copyOf(rest, size));
        }
        return new GtidSet(all);
    }

    /** The transactions of both sets. */
    public GtidSet union(GtidSet other) {
        NavigableMap<String, long[]> all = new TreeMap<>(intervals);
        other.intervals.forEach((source, added) -> all.merge(source, added, (mine, more) -> {
            long[] merged = mine;
            for (int i = 0; i < more.length; i += 2) {
                merged = insert(merged, more[i], more[i + 1]);
            }
            return merged;
        }));
        return new GtidSet(all);
    }

    /** The transactions of this set that {@code other} does not have. */
    public GtidSet minus(GtidSet other) {
        NavigableMap<String, long[]> all = new TreeMap<>();
        intervals.forEach((source, mine) -> {
            long[] rest = minus(mine, other.intervals(source));
            if (rest.length > 0) {
                all.put(source, rest);
            }
        });
        return new GtidSet(all);
    }

    private static long[] minus(long[] mine, long[] others) {
        long[] rest = new long[mine.length + others.length];
        int size = 0;
        int other = 0;
        for (int i = 0; i < mine.length; i += 2) {
            long first = mine[i];
            while (other < others.length && others[other + 1] < first) {
                other += 2;
            }
            for (int j = other; j < others.length && others[j] <= mine[i + 1]; j += 2) {
                size = append(rest, size, first, others[j] - 1);
                first = others[j + 1] + 1;
            }
            size = append(rest, size, first, mine[i + 1]);
        }
        return Arrays.copyOf(rest, size);
    }

    /** Whether the transaction with this number of this source is in the set. */
    public boolean contains(String source, long number) {
        long[] mine = intervals.get(source);
        return mine != null && contains(mine, number, number);
    }

    /** Whether all transactions of {@code other} are in this set. */
    public boolean contains(GtidSet other) {
        for (Map.Entry<String, long[]> entry : other.intervals.entrySet()) {
            long[] mine = intervals.get(entry.getKey());
            long[] others = entry.getValue();
            if (mine == null) {
                return false;
            }
            for (int i = 0; i < others.length; i += 2) {
                if (!contains(mine, others[i], others[i + 1])) {
                    return false;
                }
            }
        }
        return true;
    }

    /** How many transactions it has. */
    public long count() {
        long count = 0;
        for (long[] mine : intervals.values()) {
            for (int i = 0; i < mine.length; i += 2) {
                count += mine[i + 1] - mine[i] + 1;
            }
        }
        return count;
    }

    /** The sources, each a UUID in lower case, or one with a tag behind a colon. */
    public Set<String> sources() {
        return intervals.keySet();
    }

    /** First and last number of each interval of a source, ascending. */
    public long[] intervals(String source) {
        long[] mine = intervals.get(source);
        return mine == null ? new long[0] : mine.clone();
    }

    /** Puts an interval among others that are ascending and not adjacent. */
    private static long[] insert(long[] mine, long first, long last) {
        int end = mine.length;
        if (end > 0 && mine[end - 1] == first - 1) { // the next transaction: nearly always
            long[] longer = mine.clone();
            longer[end - 1] = last;
            return longer;
        }
        long[] merged = new long[end + 2];
        int size = 0;
        long from = first;
        long to = last;
        boolean placed = false;
        for (int i = 0; i < end; i += 2) {
            if (mine[i + 1] < from - 1) {
                size = append(merged, size, mine[i], mine[i + 1]);
            } else if (mine[i] > to + 1) {
                if (!placed) {
                    size = append(merged, size, from, to);
                    placed = true;
                }
                size = append(merged, size, mine[i], mine[i + 1]);
            } else {
                from = Math.min(from, mine[i]);
                to = Math.max(to, mine[i + 1]);
            }
        }
        if (!placed) {
            size = append(merged, size, from, to);
        }
        return Arrays.copyOf(merged, size);
    }

    private static int append(long[] list, int size, long first, long last) {
        if (first > last) {
            return size;
        }
        list[size] = first;
        list[size + 1] = last;
        return size + 2;
    }

    private static boolean contains(long[] mine, long first, long last) {
        for (int i = 0; i < mine.length; i += 2) {
            if (first >= mine[i] && last <= mine[i + 1]) {
                return true;
            }
        }
        return false;
    }

    private static String text(Collection<Map.Entry<String, long[]>> entries) {
        StringBuilder out = new StringBuilder();
        for (Map.Entry<String, long[]> entry : entries) {
            if (!out.isEmpty()) {
                out.append(',');
            }
            out.append(entry.getKey());
            long[] mine = entry.getValue();
            for (int i = 0; i < mine.length; i += 2) {
                out.append(':').append(mine[i]);
                if (mine[i + 1] > mine[i]) {
                    out.append('-').append(mine[i + 1]);
                }
            }
        }
        return out.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GtidSet set && toString().equals(set.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** As the server writes and reads it, in one line. */
    @Override
    public String toString() {
        return text(intervals.entrySet());
    }
}
