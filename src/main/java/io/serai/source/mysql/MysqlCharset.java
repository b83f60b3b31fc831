package io.serai.source.mysql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/**
 * One of MySQL's character sets: Java's that is nearest to it, and the characters that the server converts otherwise, from the resource
 * {@code charsets.txt}, which {@code EveryCharsetIT} compares with a server, and writes. Immutable.
 */
final class MysqlCharset {
    private static final String RESOURCE = "charsets.txt";
    private static final char REPLACEMENT = '\ufffd';

    /** Java's character set by MySQL's name. Those without a near one are ASCII with exceptions. */
    private static final Map<String, String> NEAREST = Map.ofEntries(
            Map.entry("armscii8", "US-ASCII"),
            Map.entry("ascii", "US-ASCII"),
            Map.entry("big5", "Big5"),
            Map.entry("cp1250", "windows-1250"),
            Map.entry("cp1251", "windows-1251"),
            Map.entry("cp1256", "windows-1256"),
            Map.entry("cp1257", "windows-1257"),
            Map.entry("cp850", "IBM850"),
            Map.entry("cp852", "IBM852"),
            Map.entry("cp866", "IBM866"),
            Map.entry("cp932", "windows-31j"),
            Map.entry("dec8", "ISO-8859-1"),
            Map.entry("eucjpms", "x-eucJP-Open"),
            Map.entry("euckr", "EUC-KR"),
            Map.entry("gb18030", "GB18030"),
            Map.entry("gb2312", "GB2312"),
            Map.entry("gbk", "GBK"),
            Map.entry("geostd8", "US-ASCII"),
            Map.entry("greek", "ISO-8859-7"),
            Map.entry("hebrew", "ISO-8859-8"),
            Map.entry("hp8", "US-ASCII"),
            Map.entry("keybcs2", "US-ASCII"),
            Map.entry("koi8r", "KOI8-R"),
            Map.entry("koi8u", "KOI8-U"),
            Map.entry("latin1", "windows-1252"),
            Map.entry("latin2", "ISO-8859-2"),
            Map.entry("latin5", "ISO-8859-9"),
            Map.entry("latin7", "ISO-8859-13"),
            Map.entry("macce", "x-MacCentralEurope"),
            Map.entry("macroman", "x-MacRoman"),
            Map.entry("sjis", "Shift_JIS"),
            Map.entry("swe7", "US-ASCII"),
            Map.entry("tis620", "TIS-620"),
            Map.entry("ucs2", "UTF-16BE"),
            Map.entry("ujis", "EUC-JP"),
            Map.entry("utf16", "UTF-16BE"),
            Map.entry("utf16le", "UTF-16LE"),
            Map.entry("utf32", "UTF-32BE"),
            Map.entry("utf8", "UTF-8"),
            Map.entry("utf8mb3", "UTF-8"),
            Map.entry("utf8mb4", "UTF-8"));

    private static final Map<String, MysqlCharset> ALL = all();

    private final String name;
    private final Charset nearest;
    /** By the bytes of a character, the first one highest. */
    private final Map<Integer, String> exceptions;

    private MysqlCharset(String name, Charset nearest, Map<Integer, String> exceptions) {
        this.name = name;
        this.nearest = nearest;
        this.exceptions = exceptions;
    }

    /** Whether a character set of this name is known. */
    static boolean isKnown(String name) {
        return ALL.containsKey(name);
    }

    /** The character set that MySQL calls {@code name}; it is known. */
    static MysqlCharset named(String name) {
        MysqlCharset charset = ALL.get(name);
        if (charset == null) {
            throw new IllegalArgumentException("unknown character set " + name);
        }
        return charset;
    }

    /** The same without exceptions. */
    MysqlCharset asJavaHasIt() {
        return new MysqlCharset(name, nearest, Map.of());
    }

    /** The text as the server would convert it to Unicode. */
    String decode(byte[] bytes) {
        if (exceptions.isEmpty()) {
            return nearest(bytes, 0, bytes.length);
        }
        StringBuilder out = new StringBuilder(bytes.length);
        int plain = 0; // what was not appended yet begins here, and is no exception
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(length(bytes, at), bytes.length - at);
            String exception = exceptions.get(code(bytes, at, length));
            if (exception != null) {
                out.append(nearest(bytes, plain, at)).append(exception);
                plain = at + length;
            }
            at += length;
        }
        return out.append(nearest(bytes, plain, bytes.length)).toString();
    }

    private String nearest(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, nearest);
        return hasReplacement() ? text : text.replace(REPLACEMENT, '?');
    }

    /** Whether it has the character that Java puts for bytes that mean nothing, for which the server puts a question mark. */
    private boolean hasReplacement() {
        return nearest.name().startsWith("UTF-") || name.equals("gb18030");
    }

    private static int code(byte[] bytes, int at, int length) {
        int code = 0;
        for (int i = 0; i < length; i++) {
            code = code << 8 | bytes[at + i] & 0xff;
        }
        return code;
    }

    /** How many bytes the character has that begins there. */
    private int length(byte[] bytes, int at) {
        int first = bytes[at] & 0xff;
        return switch (name) {
            case "sjis", "cp932" -> first >= 0x81 && first <= 0x9f || first >= 0xe0 && first <= 0xfc ? 2 : 1;
            case "big5", "gb2312" -> first >= 0xa1 ? 2 : 1;
            case "gbk", "euckr" -> first >= 0x81 ? 2 : 1;
            case "ujis", "eucjpms" -> first == 0x8f ? 3 : first == 0x8e || first >= 0xa1 ? 2 : 1;
            case "gb18030" ->
                first < 0x81 ? 1 : at + 1 < bytes.length && bytes[at + 1] >= '0' && bytes[at + 1] <= '9' ? 4 : 2;
            case "ucs2" -> 2;
            default -> 1;
        };
    }

    private static Map<String, MysqlCharset> all() {
        Map<String, Map<Integer, String>> exceptions = exceptions();
        Map<String, MysqlCharset> all = new HashMap<>();
        NEAREST.forEach((name, java) ->
                all.put(name, new MysqlCharset(name, Charset.forName(java), exceptions.getOrDefault(name, Map.of()))));
        return all;
    }

    /** Lines of a name and the exceptions, each the bytes and the text as UTF-16, both in hexadecimal digits. */
    private static Map<String, Map<Integer, String>> exceptions() {
        Map<String, Map<Integer, String>> all = new HashMap<>();
        try (InputStream in = MysqlCharset.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] parts = line.split(" ");
                Map<Integer, String> of = all.computeIfAbsent(parts[0], name -> new HashMap<>());
                for (int i = 1; i < parts.length; i++) {
                    int equals = parts[i].indexOf('=');
                    byte[] text = HexFormat.of().parseHex(parts[i].substring(equals + 1));
                    of.put(
                            Integer.parseUnsignedInt(parts[i], 0, equals, 16),
                            new String(text, StandardCharsets.UTF_16BE));
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
