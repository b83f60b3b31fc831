package io.serai.syncrules.parser;

/**
 * Finds the place in the YAML text from which each character of a scalar's decoded text came: past the quote, through escapes and folded lines,
 * and past a block's header and indentation. Immutable.
 */
final class ScalarPositions {
    private final int[] places;

    private ScalarPositions(int[] places) {
        this.places = places;
    }

    /** The places of a scalar of {@code yaml}. */
    static ScalarPositions of(String yaml, YamlNode.Scalar scalar) {
        Aligner aligner = new Aligner(yaml, scalar);
        switch (scalar.style()) {
            case PLAIN -> aligner.alignFlow(0);
            case SINGLE_QUOTED, DOUBLE_QUOTED -> aligner.alignFlow(1);
            case BLOCK -> aligner.alignBlock();
        }
        return new ScalarPositions(aligner.places);
    }

    /** The piece of the YAML text from which a piece of the decoded text came. */
    Span span(Span decoded) {
        int start = places[decoded.start()];
        if (decoded.end() <= decoded.start()) {
            return new Span(start, start);
        }
        return new Span(start, Math.max(start, places[decoded.end() - 1] + 1));
    }

    /** Walks the decoded text and the raw text side by side. */
    private static final class Aligner {
        private final String yaml;
        private final String text;
        private final YamlNode.Style style;
        private final Span raw;
        private final int[] places;
        private int at;

        Aligner(String yaml, YamlNode.Scalar scalar) {
            this.yaml = yaml;
            this.text = scalar.text();
            this.style = scalar.style();
            this.raw = scalar.span();
            this.places = new int[text.length() + 1];
        }

        void alignFlow(int quotes) {
            at = raw.start() + quotes;
            int end = raw.end() - quotes;
            int i = 0;
            while (i < text.length()) {
                if (at >= end) {
                    places[i++] = end;
                } else if (style == YamlNode.Style.DOUBLE_QUOTED && yaml.charAt(at) == '\\') {
                    i += escape(i);
                } else if (isSpace(yaml.charAt(at))) {
                    i += fold(i, end);
                } else {
                    places[i++] = at;
                    at += style == YamlNode.Style.SINGLE_QUOTED && yaml.charAt(at) == '\'' ? 2 : 1;
                }
            }
            places[text.length()] = Math.max(at, raw.start());
        }

        /** Steps over an escape; answers how many decoded characters it stands for. */
        private int escape(int i) {
            char kind = yaml.charAt(at + 1);
            if (kind == '\n' || kind == '\r') {
                at += 2;
                skipSpace(raw.end());
                return 0;
            }
            int length = switch (kind) {
                case 'x' -> 4;
                case 'u' -> 6;
                case 'U' -> 10;
                default -> 2;
            };
            int units = kind == 'U' && Character.isHighSurrogate(text.charAt(i)) ? 2 : 1;
            for (int k = 0; k < units && i + k < text.length(); k++) {
                places[i + k] = at;
            }
            at += length;
            return units;
        }

        /** Steps over white space, which stands for itself within a line and for a space or line ends between lines. */
        private int fold(int i, int end) {
            int start = at;
            skipSpace(end);
            int breaks = 0;
            for (int k = start; k < at; k++) {
                breaks += yaml.charAt(k) == '\n' ? 1 : 0;
            }
            int decoded = breaks == 0 ? at - start : Math.max(1, breaks - 1);
            int count = Math.min(decoded, text.length() - i);
            for (int k = 0; k < count; k++) {
                places[i + k] = breaks == 0 ? start + k : start;
            }
            return count;
        }

        void alignBlock() {
            at = lineAfter(raw.start());
            int indentation = indentation();
            int i = 0;
            while (at < raw.end() && i < text.length()) {
                int lineEnd = lineAfter(at);
                int from = Math.min(at + indentation, lineEnd);
                int to = lineEnd > from && yaml.charAt(lineEnd - 1) == '\n' ? lineEnd - 1 : lineEnd;
                String line = from < to ? yaml.substring(from, to) : "";
                while (i < text.length() && !line.isEmpty() && !text.startsWith(line, i)) {
                    places[i++] = from;
                }
                for (int k = 0; k < line.length() && i < text.length(); k++) {
                    places[i++] = from + k;
                }
                if (line.isEmpty() && i < text.length() && text.charAt(i) == '\n') {
                    places[i++] = Math.max(raw.start(), to);
                } else if (!line.isEmpty() && i < text.length() && isSpace(text.charAt(i))) {
                    places[i++] = to;
                }
                at = lineEnd;
            }
            while (i <= text.length()) {
                places[i++] = Math.min(at, yaml.length());
            }
        }

        private int indentation() {
            int line = at;
            while (line < raw.end()) {
                int column = line;
                while (column < yaml.length() && yaml.charAt(column) == ' ') {
                    column++;
                }
                if (column < yaml.length() && yaml.charAt(column) != '\n' && yaml.charAt(column) != '\r') {
                    return column - line;
                }
                line = lineAfter(line);
            }
            return 0;
        }

        private int lineAfter(int from) {
            int lineBreak = yaml.indexOf('\n', from);
            return lineBreak < 0 ? yaml.length() : lineBreak + 1;
        }

        private void skipSpace(int end) {
            while (at < end && isSpace(yaml.charAt(at))) {
                at++;
            }
        }

        private static boolean isSpace(char c) {
            return c == ' ' || c == '\t' || c == '\n' || c == '\r';
        }
    }
}
