package io.serai.source.postgres;

import java.util.HashMap;
import java.util.Map;

/** The types that every server brings, by the oids of {@code pg_type.dat} and {@code pg_range.dat}, without a look at a catalog. */
final class BuiltInTypes {
    private static final long BOX = 603;

    private static final long[][] ELEMENTS_AND_ARRAYS = {
        {142, 143}, {114, 199}, {5069, 271}, {628, 629}, {650, 651}, {718, 719}, {774, 775}, {790, 791},
        {16, 1000}, {17, 1001}, {18, 1002}, {19, 1003}, {21, 1005}, {22, 1006}, {23, 1007}, {24, 1008},
        {25, 1009}, {27, 1010}, {28, 1011}, {29, 1012}, {30, 1013}, {1042, 1014}, {1043, 1015}, {20, 1016},
        {600, 1017}, {601, 1018}, {602, 1019}, {BOX, 1020}, {700, 1021}, {701, 1022}, {604, 1027}, {26, 1028},
        {1033, 1034}, {829, 1040}, {869, 1041}, {1114, 1115}, {1082, 1182}, {1083, 1183}, {1184, 1185}, {1186, 1187},
        {1700, 1231}, {1266, 1270}, {1560, 1561}, {1562, 1563}, {1790, 2201}, {2202, 2207}, {2203, 2208}, {2204, 2209},
        {2205, 2210}, {2206, 2211}, {2970, 2949}, {2950, 2951}, {3220, 3221}, {3614, 3643}, {3642, 3644}, {3615, 3645},
        {3734, 3735}, {3769, 3770}, {3802, 3807}, {4072, 4073}, {4089, 4090}, {4096, 4097}, {4191, 4192}, {5038, 5039},
    };

    /** The type of the bounds, the range, its array, the multirange, its array. */
    private static final long[][] RANGES = {
        {23, 3904, 3905, 4451, 6150},
        {1700, 3906, 3907, 4532, 6151},
        {1114, 3908, 3909, 4533, 6152},
        {1184, 3910, 3911, 4534, 6153},
        {1082, 3912, 3913, 4535, 6155},
        {20, 3926, 3927, 4536, 6157},
    };

    private static final Map<Long, PostgresType> WITH_PARTS = withParts();

    private BuiltInTypes() {}

    /** The type; TEXT when no server brings one with this oid. */
    static PostgresType of(long oid) {
        PostgresType type = WITH_PARTS.get(oid);
        return type == null ? TypeCatalog.builtIn(oid) : type;
    }

    private static Map<Long, PostgresType> withParts() {
        Map<Long, PostgresType> types = new HashMap<>();
        for (long[] pair : ELEMENTS_AND_ARRAYS) {
            types.put(pair[1], new ArrayType(TypeCatalog.builtIn(pair[0]), pair[0] == BOX ? ';' : ',', false));
        }
        for (long[] range : RANGES) {
            RangeType type = new RangeType(TypeCatalog.builtIn(range[0]));
            MultirangeType multirange = new MultirangeType(type);
            types.put(range[1], type);
            types.put(range[2], new ArrayType(type, ',', true));
            types.put(range[3], multirange);
            types.put(range[4], new ArrayType(multirange, ',', true));
        }
        return Map.copyOf(types);
    }
}
