#!/usr/bin/env python3
"""Asks GEOS, through GDAL, which polygons points intersect, and how far their outlines are.

Arguments: areas, points, and `grid` or `degrees`. A line of areas is `reference<TAB>hex WKB`, a line of points
`x y`. For each point one line of words: `=reference` for an area that it intersects; on the National Grid
followed by `:low:high`, ground metres to the outline, and `~reference:low:high` for areas within 250 m.

Ground metres are grid metres by the scale factor (A guide to coordinate systems in Great Britain, annexe C).
The factor changes with the easting only by parts in a million a kilometre; low and high are by the greatest
and the least anywhere as far away as the outline.
"""
import math
import sys

from osgeo import ogr

ogr.UseExceptions()

NEAR_M = 250.0
# Airy 1830 and the National Grid's projection.
A, B = 6377563.396, 6356256.909
F0, PHI0, E0, N0 = 0.9996012717, math.radians(49), 400000.0, -100000.0
E2 = 1 - B * B / (A * A)


def meridional_arc(phi):
    n = (A - B) / (A + B)
    less, more = phi - PHI0, phi + PHI0
    return B * F0 * (
        (1 + n + 5 / 4 * n**2 + 5 / 4 * n**3) * less
        - (3 * n + 3 * n**2 + 21 / 8 * n**3) * math.sin(less) * math.cos(more)
        + (15 / 8 * n**2 + 15 / 8 * n**3) * math.sin(2 * less) * math.cos(2 * more)
        - 35 / 24 * n**3 * math.sin(3 * less) * math.cos(3 * more)
    )


def scale_factor(easting, northing):
    phi = PHI0
    for _ in range(8):
        phi += (northing - N0 - meridional_arc(phi)) / (A * F0)
    sin2 = math.sin(phi) ** 2
    nu = A * F0 / math.sqrt(1 - E2 * sin2)
    rho = A * F0 * (1 - E2) * (1 - E2 * sin2) ** -1.5
    eta2 = nu / rho - 1
    east2 = (easting - E0) ** 2
    return F0 * (1 + east2 / (2 * rho * nu) + east2**2 * (1 + 4 * eta2) / (24 * rho**2 * nu**2))


def ground_m(x, y, metres):
    factors = [scale_factor(x + east, y + north) for east in (-metres, 0, metres) for north in (-metres, 0, metres)]
    if abs(x - E0) < metres:
        factors.append(scale_factor(E0, y))
    return f"{metres / max(factors):.6f}:{metres / min(factors):.6f}"


def main(areas_file, points_file, plane):
    areas = []
    with open(areas_file, encoding="utf-8") as lines:
        for line in lines:
            reference, wkb = line.rstrip("\n").split("\t")
            shape = ogr.CreateGeometryFromWkb(bytes.fromhex(wkb))
            if not shape.IsValid():
                sys.exit(f"{reference} is not valid for GEOS")
            areas.append((reference, shape.GetEnvelope(), shape, shape.CreatePreparedGeometry(), shape.Boundary()))
    reach = NEAR_M * 1.01 if plane == "grid" else 0.0
    with open(points_file, encoding="utf-8") as lines:
        for line in lines:
            x, y = map(float, line.split())
            point = ogr.Geometry(ogr.wkbPoint)
            point.AddPoint_2D(x, y)
            words = []
            for reference, (west, east, south, north), shape, prepared, outline in areas:
                if not (west - reach <= x <= east + reach and south - reach <= y <= north + reach):
                    continue
                holds = prepared.Intersects(point)
                if plane == "grid":
                    distance = ground_m(x, y, outline.Distance(point))
                    if holds:
                        words.append(f"={reference}:{distance}")
                    elif float(distance.split(":")[0]) <= NEAR_M:
                        words.append(f"~{reference}:{distance}")
                elif holds:
                    words.append(f"={reference}")
            print(*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
