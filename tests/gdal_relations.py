"""How areas lie to geometries, and which of them are valid, by GEOS.

Reads {"areas": [WKT…], "figures": [WKT…]} and prints, for every relation of the Entity API, the pairs
[area, figure] of which it holds; of {"shapes": [WKT…]} whether each is valid."""

import json
import sys

from osgeo import gdal, ogr

ogr.UseExceptions()
gdal.PushErrorHandler("CPLQuietErrorHandler")
asked = {name: [ogr.CreateGeometryFromWkt(text) for text in texts] for name, texts in json.load(sys.stdin).items()}


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
if "shapes" in asked:
    found = [shape.IsValid() for shape in asked["shapes"]]
else:
    areas, figures = asked["areas"], asked["figures"]
    assert all(shape.IsValid() for shape in areas + figures)
    found = {
        relation: [
            [i, j]
            for i, area in enumerate(areas)
            for j, figure in enumerate(figures)
            if test(area, figure)
        ]
        for relation, test in tests.items()
    }
print(json.dumps(found))
