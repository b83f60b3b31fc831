package io.serai.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.serai.testsupport.MysqlServer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every character of every character set of the server becomes the text that the server makes of it. {@code -Dgenerate} writes the resource of
 * {@link MysqlCharset} instead.
 */
class EveryCharsetIT {
    private static final Path RESOURCE = Path.of("src/main/resources/io/serai/source/mysql/charsets.txt");
    private static final int AT_ONCE = 5000;

    @Test
    void everyCharacterIsDecodedAsTheServerConvertsIt() throws Exception {
        StringBuilder resource = new StringBuilder();
        Map<String, String> wrong = new TreeMap<>();
        try (var database = MysqlServer.shared().createDatabase();
                Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET sql_mode = ''");
            for (String charset : charsets(statement)) {
                MysqlCharset decoder = MysqlCharset.named(charset);
                MysqlCharset nearest = decoder.asJavaHasIt();
                StringBuilder line = new StringBuilder(charset);
                convert(connection, charset).forEach((hex, expected) -> {
                    byte[] bytes = HexFormat.of().parseHex(hex);
                    if (!nearest.decode(bytes).equals(expected)) {
                        line.append(' ').append(hex).append('=');
                        line.append(HexFormat.of().formatHex(expected.getBytes(StandardCharsets.UTF_16BE)));
                    }
                    if (!decoder.decode(bytes).equals(expected)) {
                        wrong.put(charset + " " + hex, expected);
                    }
                });
                if (line.length() > charset.length()) {
                    resource.append(line).append('\n');
                }
            }
        }
        if (System.getProperty("generate") != null) {
            Files.writeString(RESOURCE, resource);
        } else {
            assertThat(wrong).isEmpty();
        }
    }

    private static List<String> charsets(Statement statement) throws SQLException {
        List<String> charsets = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery("SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS"
                + " WHERE CHARACTER_SET_NAME <> 'binary' ORDER BY 1")) {
            while (rows.next()) {
                charsets.add(rows.getString(1));
            }
        }
        return charsets;
    }

    /** What the server makes of each character that is well-formed, by its bytes. */
    private static Map<String, String> convert(Connection connection, String charset) throws SQLException {
        Map<String, String> converted = new TreeMap<>();
        List<byte[]> candidates = candidates(charset);
        String text = "CAST(b AS CHAR CHARACTER SET " + charset + ")";
        StringBuilder many = new StringBuilder();
        for (int from = 0; from < candidates.size(); from += AT_ONCE) {
            List<byte[]> some = candidates.subList(from, Math.min(candidates.size(), from + AT_ONCE));
            many.setLength(0);
            for (byte[] candidate : some) {
                many.append(many.isEmpty() ? "" : ", ").append("ROW(x'");
                many.append(HexFormat.of().formatHex(candidate)).append("')");
            }
            try (Statement statement = connection.createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT HEX(b), HEX(CONVERT(" + text + " USING utf8mb4)), LENGTH("
                                    + text + ") = LENGTH(b) FROM (VALUES " + many + ") AS c (b)")) {
                while (rows.next()) {
                    String hex = rows.getString(2);
                    if (hex != null && rows.getInt(3) == 1) { // else it is not well-formed
                        converted.put(
                                rows.getString(1).toLowerCase(Locale.ROOT),
                                new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8));
                    }
                }
            }
        }
        return converted;
    }

    /** All single bytes, pairs of bytes from 0x81 on with each second byte, and what of three and four there is. */
    private static List<byte[]> candidates(String charset) {
        List<byte[]> all = new ArrayList<>();
        switch (charset) {
            case "utf8mb3", "utf8mb4", "utf16", "utf16le", "utf32", "ucs2" -> unicode(charset, all);
            case "big5", "cp932", "sjis", "gbk", "gb2312", "euckr", "ujis", "eucjpms", "gb18030" -> {
                singleBytes(all);
                for (int first = 0x81; first <= 0xff; first++) {
                    for (int second = 0x40; second <= 0xff; second++) {
                        all.add(new byte[] {(byte) first, (byte) second});
                    }
                }
                if (charset.equals("ujis") || charset.equals("eucjpms")) {
                    for (int second = 0xa1; second <= 0xfe; second++) {
                        for (int third = 0xa1; third <= 0xfe; third++) {
                            all.add(new byte[] {(byte) 0x8f, (byte) second, (byte) third});
                        }
                    }
                }
                if (charset.equals("gb18030")) {
                    fourBytes(all);
                }
            }
            default -> singleBytes(all);
        }
        return all;
    }

    private static void singleBytes(List<byte[]> all) {
        for (int single = 0; single <= 0xff; single++) {
            all.add(new byte[] {(byte) single});
        }
    }

    private static void fourBytes(List<byte[]> all) {
        for (int first = 0x81; first <= 0x84; first++) {
            for (int second = 0x30; second <= 0x39; second++) {
                for (int third = 0x81; third <= 0xfe; third++) {
                    for (int fourth = 0x30; fourth <= 0x39; fourth++) {
                        all.add(new byte[] {(byte) first, (byte) second, (byte) third, (byte) fourth});
                    }
                }
            }
        }
    }

    /** Every fifth code point, and the ends of the planes. */
    private static void unicode(String charset, List<byte[]> all) {
        for (int point = 1; point <= Character.MAX_CODE_POINT; point += point < 0x3000 ? 1 : 97) {
            boolean isInPlane = point <= 0xffff || !charset.equals("ucs2") && !charset.equals("utf8mb3");
            if (isInPlane && (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)) {
                String text = Character.toString(point);
                all.add(
                        switch (charset) {
                            case "utf8mb3", "utf8mb4" -> text.getBytes(StandardCharsets.UTF_8);
                            case "utf16le" -> text.getBytes(StandardCharsets.UTF_16LE);
                            case "utf32" -> text.getBytes(Charset.forName("UTF-32BE"));
                            default -> text.getBytes(StandardCharsets.UTF_16BE);
                        });
            }
        }
    }
}
