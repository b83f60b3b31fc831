package io.serai.api.sync;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what a client accepts: lists of names with weights, as in the headers {@code Accept} and {@code Accept-Encoding} (RFC 9110, section 12). */
final class Accepted {
    private Accepted() {}

    /**
     * How much the client wants {@code name}: 0, when it does not name it, to 1.
     *
     * @param header null when there is none
     */
    static double weight(@Nullable String header, String name) {
        if (header == null) {
            return 0;
        }
        for (String element : header.split(",", -1)) {
            String[] parts = element.split(";", -1);
            if (parts[0].strip().toLowerCase(Locale.ROOT).equals(name)) {
                return weight(parts);
            }
        }
        return 0;
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
            if (parameter.startsWith("q=")) {
                try {
                    return Double.parseDouble(parameter.substring(2));
                } catch (NumberFormatException e) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
