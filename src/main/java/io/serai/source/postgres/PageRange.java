package io.serai.source.postgres;

import io.serai.source.ChunkRange;

/**
 * Rows of a table by their place: from a row of one page up to another page. Only valid for the file that it was planned for. Immutable.
 *
 * @param partition the oid of the partition that has the rows, or 0 for the table itself
 * @param file the relfilenode
 * @param fromPage the first page
 * @param fromRow the first row on that page
 * @param toPage the page after the last
 */
record PageRange(long partition, long file, long fromPage, int fromRow, long toPage) {
    ChunkRange range() {
        String prefix = partition == 0 ? "" : partition + "/";
        return new ChunkRange(prefix + file + ":" + fromPage + "." + fromRow + "-" + toPage);
    }

    static PageRange parse(ChunkRange range) {
        int slash = range.text().indexOf('/');
        String[] parts = range.text().substring(slash + 1).split("[:.-]", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("not a range of pages: " + range.text());
        }
        return new PageRange(
                slash < 0 ? 0 : Long.parseLong(range.text().substring(0, slash)),
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                Integer.parseInt(parts[2]),
                Long.parseLong(parts[3]));
    }

    /** The rest of this range from the row that {@code ctid}, e.g. {@code (12,3)}, names. */
    PageRange from(String ctid) {
        int comma = ctid.indexOf(',');
        return new PageRange(
                partition,
                file,
                Long.parseLong(ctid.substring(1, comma)),
                Integer.parseInt(ctid.substring(comma + 1, ctid.length() - 1)),
                toPage);
    }

    /** The condition that selects these rows; servers before 14 read single places only, so all that a page can hold are listed. */
    String condition(int version, int rowsPerPage) {
        if (version >= 14) {
            return "ctid >= '(" + fromPage + "," + fromRow + ")'::tid AND ctid < '(" + toPage + ",0)'::tid";
        }
        return "ctid = ANY (ARRAY(SELECT format('(%s,%s)', page, row)::tid FROM generate_series(" + fromPage
                + "::bigint, "
                + (toPage - 1) + "::bigint) page, generate_series(1, " + rowsPerPage + ") row WHERE page > " + fromPage
                + " OR row >= "
                + fromRow + "))";
    }
}
