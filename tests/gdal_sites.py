#!/usr/bin/env python3
"""How sites and areas lie to each other by GEOS.

Standard input holds lines `A name WKT` for areas, then `S name WKT` for sites. Prints, for each site and each
area that GEOS finds to share a point with it, `site area touches|overlaps square-units`.
"""
import sys

from osgeo import gdal, ogr

ogr.UseExceptions()
# Where two polygons only touch, what they share is a line, of which the area is 0.
gdal.PushErrorHandler("CPLQuietErrorHandler")
areas = []
for line in sys.stdin:
    kind, name, wkt = line.rstrip("\n").split(" ", 2)
    shape = ogr.CreateGeometryFromWkt(wkt)
    if kind == "A":
        areas.append((name, shape, shape.GetEnvelope()))
        continue
    west, east, south, north = shape.GetEnvelope()
    for area, other, (w, e, s, n) in areas:
        if w > east or e < west or s > north or n < south or not shape.Intersects(other):
            continue
        touches = "touches" if shape.Touches(other) else "overlaps"
        print(name, area, touches, repr(shape.Intersection(other).Area()))
