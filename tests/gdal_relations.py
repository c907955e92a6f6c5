"""How areas lie to geometries, by GEOS: reads {"areas": [WKT…], "figures": [WKT…]} and prints, for every
relation of the Entity API, the pairs [area, figure] of which it holds."""

import json
import sys

from osgeo import ogr

ogr.UseExceptions()
asked = json.load(sys.stdin)
areas = [ogr.CreateGeometryFromWkt(text) for text in asked["areas"]]
figures = [ogr.CreateGeometryFromWkt(text) for text in asked["figures"]]
assert all(shape.IsValid() for shape in areas + figures)


def covers(a, b):
    return b.Difference(a).IsEmpty()


tests = {
    "within": lambda a, f: a.Within(f),
    "equals": lambda a, f: a.Equals(f),
    "disjoint": lambda a, f: a.Disjoint(f),
    "intersects": lambda a, f: a.Intersects(f),
    "touches": lambda a, f: a.Touches(f),
    "contains": lambda a, f: a.Contains(f),
    "covers": covers,
    "coveredby": lambda a, f: covers(f, a),
    "overlaps": lambda a, f: a.Overlaps(f),
    "crosses": lambda a, f: a.Crosses(f),
}
print(json.dumps({
    relation: [
        [i, j]
        for i, area in enumerate(areas)
        for j, figure in enumerate(figures)
        if test(area, figure)
    ]
    for relation, test in tests.items()
}))
