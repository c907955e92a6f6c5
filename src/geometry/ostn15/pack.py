#!/usr/bin/env python3
"""Pack the OSTN15 shifts into shifts.bin.

    python3 src/geometry/ostn15/pack.py OSTN15_OSGM15_DataFile.txt[.xz]

The table is the one in Ordnance Survey's OSTN15 developer pack (the crates.io package
`ostn15_phf` carries it, unchanged, as OSTN15_OSGM15_DataFile.txt.xz): one line per kilometre of
a grid of 701 by 1251, west to east, then south to north, with the shifts from ETRS89 to OSGB36
eastings and northings in metres to the millimetre.

shifts.bin is a raw deflate stream of two planes, east shifts then north shifts, each
701 x 1251 little-endian u16: the zigzag of the difference in millimetres between a value and its
prediction, west + south - southwest (missing neighbours count as 0 in the first row and column,
except that the very first value is predicted by the plane's base). Low bytes stand before high
bytes within each plane, because that deflates better.
"""
import lzma
import struct
import sys
import zlib
from pathlib import Path

COLUMNS, ROWS = 701, 1251
EAST_BASE_MM, NORTH_BASE_MM = 90_750, -82_020


def read_table(path):
    """The east and north shifts in millimetres, in the table's order."""
    opener = lzma.open if str(path).endswith(".xz") else open
    east, north = [], []
    with opener(path, "rt", encoding="ascii") as lines:
        next(lines)
        for number, line in enumerate(lines):
            fields = line.split(",")
            expected = (number % COLUMNS * 1000, number // COLUMNS * 1000)
            if (int(fields[1]), int(fields[2])) != expected:
                sys.exit(f"line {number + 2}: the grid is not in the expected order")
            east.append(round(float(fields[3]) * 1000))
            north.append(round(float(fields[4]) * 1000))
    if len(east) != COLUMNS * ROWS:
        sys.exit(f"{len(east)} points, expected {COLUMNS * ROWS}")
    return east, north


def zigzag_residuals(plane, base):
    """Each value's zigzag difference from its prediction by its neighbours."""
    for index, value in enumerate(plane):
        column, row = index % COLUMNS, index // COLUMNS
        west = plane[index - 1] if column else None
        south = plane[index - COLUMNS] if row else None
        if west is None and south is None:
            prediction = base
        elif south is None:
            prediction = west
        elif west is None:
            prediction = south
        else:
            prediction = west + south - plane[index - COLUMNS - 1]
        difference = value - prediction
        yield difference * 2 if difference >= 0 else -difference * 2 - 1


def main():
    east, north = read_table(Path(sys.argv[1]))
    planes = b""
    for plane, base in ((east, EAST_BASE_MM), (north, NORTH_BASE_MM)):
        packed = struct.pack(f"<{len(plane)}H", *zigzag_residuals(plane, base))
        planes += packed[0::2] + packed[1::2]
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    data = deflate.compress(planes) + deflate.flush()
    out = Path(__file__).with_name("shifts.bin")
    out.write_bytes(data)
    print(f"{out.name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
