package io.serai.syncrules.evaluator;

import io.serai.change.NumberText;
import io.serai.change.Value;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Geometries in WKB as OGC 06-103r4, section 8.2, and PostGIS (EWKB) write it. The SRID is read and dropped.
 *
 * @param layout which ordinates a position has behind x and y
 */
record Geometry(Kind kind, Layout layout, List<double[]> positions, List<Geometry> parts) {
    private static final int HAS_Z = 0x8000_0000;
    private static final int HAS_M = 0x4000_0000;
    private static final int HAS_SRID = 0x2000_0000;
    private static final int MAX_DEPTH = 32;

    /** The kinds of geometries, in the order of their numbers from 1 on. */
    enum Kind {
        POINT("Point"),
        LINESTRING("LineString"),
        POLYGON("Polygon"),
        MULTIPOINT("MultiPoint"),
        MULTILINESTRING("MultiLineString"),
        MULTIPOLYGON("MultiPolygon"),
        GEOMETRYCOLLECTION("GeometryCollection");

        private final String geoJson;

        Kind(String geoJson) {
            this.geoJson = geoJson;
        }
    }

    /** The ordinates of a position. */
    enum Layout {
        XY(2, ""),
        XYZ(3, " Z"),
        XYM(3, " M"),
        XYZM(4, " ZM");

        private final int ordinates;
        private final String tag;

        Layout(int ordinates, String tag) {
            this.ordinates = ordinates;
            this.tag = tag;
        }
    }

    static Value geoJson(Value value) {
        Geometry geometry = read(value);
        return geometry == null ? Value.NULL : Value.of(geometry.geoJson());
    }

    static Value text(Value value) {
        Geometry geometry = read(value);
        return geometry == null ? Value.NULL : Value.of(geometry.text());
    }

    static Value x(Value value) {
        return ordinate(value, 0);
    }

    static Value y(Value value) {
        return ordinate(value, 1);
    }

    private static Value ordinate(Value value, int index) {
        Geometry geometry = read(value);
        if (geometry == null || geometry.kind != Kind.POINT || geometry.positions.isEmpty()) {
            return Value.NULL;
        }
        return Value.of(geometry.positions.getFirst()[index]);
    }

    /** The geometry of a value, or null when it is neither TEXT nor BLOB. */
    private static @Nullable Geometry read(Value value) {
        try {
            return switch (value) {
                case Value.TextValue text -> read(ByteBuffer.wrap(HexFormat.of().parseHex(text.value())), 0);
                case Value.BlobValue blob -> read(ByteBuffer.wrap(blob.value()), 0);
                default -> null;
            };
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new EvaluationException("a geometry is not WKB");
        }
    }

    private static Geometry read(ByteBuffer in, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("too deep");
        }
        in.order(in.get() == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        int code = in.getInt();
        if ((code & HAS_SRID) != 0) {
            in.getInt();
        }
        int iso = code & 0x0fff_ffff;
        boolean z = (code & HAS_Z) != 0 || iso / 1000 == 1 || iso / 1000 == 3;
        boolean m = (code & HAS_M) != 0 || iso / 1000 == 2 || iso / 1000 == 3;
        Layout layout = z ? (m ? Layout.XYZM : Layout.XYZ) : (m ? Layout.XYM : Layout.XY);
        int number = iso % 1000;
        if (number < 1 || number > Kind.values().length) {
            throw new IllegalArgumentException("unknown kind");
        }
        Kind kind = Kind.values()[number - 1];
        return switch (kind) {
            case POINT -> {
                double[] position = position(in, layout);
                yield new Geometry(kind, layout, Double.isNaN(position[0]) ? List.of() : List.of(position), List.of());
            }
            case LINESTRING -> new Geometry(kind, layout, positions(in, layout), List.of());
            case POLYGON -> {
                int rings = in.getInt();
                List<Geometry> parts = new ArrayList<>();
                for (int i = 0; i < rings; i++) {
                    parts.add(new Geometry(Kind.LINESTRING, layout, positions(in, layout), List.of()));
                }
                yield new Geometry(kind, layout, List.of(), parts);
            }
            case MULTIPOINT, MULTILINESTRING, MULTIPOLYGON, GEOMETRYCOLLECTION -> {
                int count = in.getInt();
                List<Geometry> parts = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    parts.add(read(in, depth + 1));
                }
                yield new Geometry(kind, layout, List.of(), parts);
            }
        };
    }

    private static List<double[]> positions(ByteBuffer in, Layout layout) {
        int count = in.getInt();
        List<double[]> positions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            positions.add(position(in, layout));
        }
        return positions;
    }

    private static double[] position(ByteBuffer in, Layout layout) {
        double[] position = new double[layout.ordinates];
        for (int i = 0; i < position.length; i++) {
            position[i] = in.getDouble();
        }
        return position;
    }

    private String geoJson() {
        String content = kind == Kind.GEOMETRYCOLLECTION
                ? "\"geometries\":" + list(parts, Geometry::geoJson)
                : "\"coordinates\":" + coordinates();
        return "{\"type\":\"" + kind.geoJson + "\"," + content + "}";
    }

    private String coordinates() {
        if (kind == Kind.POINT) {
            return positions.isEmpty() ? "[]" : array(positions.getFirst());
        }
        return kind == Kind.LINESTRING ? list(positions, Geometry::array) : list(parts, Geometry::coordinates);
    }

    private static String array(double[] position) {
        return DoubleStream.of(position).mapToObj(NumberText::json).collect(Collectors.joining(",", "[", "]"));
    }

    private static <T> String list(List<T> items, Function<T, String> text) {
        return items.stream().map(text).collect(Collectors.joining(",", "[", "]"));
    }

    private String text() {
        String body = body();
        return kind.name() + layout.tag + (body.equals("EMPTY") ? " EMPTY" : body);
    }

    private String body() {
        if (positions.isEmpty() && parts.isEmpty()) {
            return "EMPTY";
        }
        if (kind == Kind.POINT || kind == Kind.LINESTRING) {
            return positions.stream().map(Geometry::plain).collect(Collectors.joining(",", "(", ")"));
        }
        Function<Geometry, String> part = switch (kind) {
            case GEOMETRYCOLLECTION -> Geometry::text;
            case MULTIPOINT -> point -> point.positions.isEmpty() ? "EMPTY" : plain(point.positions.getFirst());
            default -> Geometry::body;
        };
        return parts.stream().map(part).collect(Collectors.joining(",", "(", ")"));
    }

    private static String plain(double[] position) {
        return DoubleStream.of(position).mapToObj(NumberText::of).collect(Collectors.joining(" "));
    }
}
