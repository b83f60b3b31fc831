package io.serai.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ranges of IP addresses. Immutable. */
final class AddressRanges {
    /** Where no public server is (the special-purpose registries of RFC 6890), and what carries another address within (NAT64, 6to4, Teredo). */
    private static final List<Range> NOT_PUBLIC = List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3",
                    "::/3",
                    "2001::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "4000::/2",
                    "8000::/1")
            .stream()
            .map(text -> Range.parse(text).orElseThrow())
            .toList();

    private static final String LOCAL = "local";

    private final List<Range> ranges;

    private AddressRanges(List<Range> ranges) {
        this.ranges = List.copyOf(ranges);
    }

    /** None. */
    static AddressRanges none() {
        return new AddressRanges(List.of());
    }

    /** Addresses of no public server. */
    static AddressRanges local() {
        return new AddressRanges(NOT_PUBLIC);
    }

    /** An address, a range such as {@code 10.0.0.0/8}, or {@code local}; empty for anything else. */
    static Optional<AddressRanges> parse(String text) {
        return text.equals(LOCAL)
                ? Optional.of(local())
                : Range.parse(text).map(range -> new AddressRanges(List.of(range)));
    }

    /** Both. */
    AddressRanges and(AddressRanges other) {
        List<Range> all = new ArrayList<>(ranges);
        all.addAll(other.ranges);
        return new AddressRanges(all);
    }

    boolean contain(InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** The addresses whose first {@code bits} bits are those of {@code first}. */
    private record Range(List<Byte> first, int bits) {
        private static final Pattern FORM = Pattern.compile("([0-9a-fA-F:.]*[:.][0-9a-fA-F:.]*)(?:/([0-9]{1,3}))?");
        private static final Pattern FOUR_NUMBERS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

        static Optional<Range> parse(String text) {
            Matcher parts = FORM.matcher(text);
            if (!parts.matches()
                    || (!parts.group(1).contains(":")
                            && !FOUR_NUMBERS.matcher(parts.group(1)).matches())) {
                return Optional.empty(); // nothing that would be looked up as a name
            }
            try {
                InetAddress address = InetAddress.getByName(parts.group(1));
                int most = address.getAddress().length * Byte.SIZE;
                int bits = parts.group(2) == null ? most : Integer.parseInt(parts.group(2));
                return bits > most ? Optional.empty() : Optional.of(new Range(bytes(address), bits));
            } catch (UnknownHostException e) {
                return Optional.empty();
            }
        }

        boolean contains(InetAddress address) {
            List<Byte> other = bytes(address);
            if (other.size() != first.size()) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % Byte.SIZE);
                if (((other.get(bit / Byte.SIZE) ^ first.get(bit / Byte.SIZE)) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }

        private static List<Byte> bytes(InetAddress address) {
            List<Byte> bytes = new ArrayList<>();
            for (byte one : address.getAddress()) {
                bytes.add(one);
            }
            return List.copyOf(bytes);
        }
    }
}
